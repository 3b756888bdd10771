import { isUtf8 } from 'node:buffer';
import { invalid } from './errors.js';

/**
 * The text of a header value that came as text or as UTF-8 bytes.
 * @throws EnvelopeError ATTRIBUTE_INVALID when it is anything else, such as a header given twice
 */
export function headerText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (!(value instanceof Uint8Array)) throw invalid(name, 'be one header of text', value);
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const text = bytes.toString();
  if (text.includes('\ufffd') && !isUtf8(bytes)) throw invalid(name, 'be UTF-8', value);
  return text;
}
