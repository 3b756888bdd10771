import { checked, CheckedEvent, MAX_DATA_BYTES } from './checked-event.js';
import type { CloudEvent } from './cloud-event.js';
import { invalid, tooLarge, undecodable } from './errors.js';

/** Media type of one event in the JSON format. */
export const JSON_EVENT = 'application/cloudevents+json';

/** How an event travels: attributes beside the data, or everything in one JSON document. */
export type ContentMode = 'binary' | 'structured';

const STRUCTURED_TYPE = /^application\/cloudevents\b/i;
const JSON_EVENT_TYPE = /^application\/cloudevents\+json[ \t]*(?:;|$)/i;
const JSON_TYPE = /^[^;]*[/+]json[ \t]*(?:;|$)/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** Base64 and escaping can make a document of the largest event about this much larger. */
const MAX_DOCUMENT_BYTES = 2 * MAX_DATA_BYTES;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * True when a message of this media type holds a whole event, not only its data.
 * @throws EnvelopeError UNDECODABLE when it is a batch or not in the JSON format
 */
export function isStructured(contentType: string): boolean {
  if (!STRUCTURED_TYPE.test(contentType)) return false;
  if (!JSON_EVENT_TYPE.test(contentType)) {
    throw undecodable(
      `Structured CloudEvents of media type "${contentType}" are not read, only "${JSON_EVENT}"`,
    );
  }
  return true;
}

/**
 * The event as one JSON document. JSON data is embedded, any other goes as `data_base64`.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 * @throws EnvelopeError naming the attribute and the value
 */
export function toJson(event: CloudEvent): string {
  const { extensions, data, ...attributes } = checked(event);
  const json = data === undefined ? undefined : jsonText(attributes.datacontenttype, data);
  const head = JSON.stringify({ ...attributes, ...extensions });
  if (data === undefined) return head;
  const member =
    json === undefined
      ? `"data_base64":"${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}"`
      : `"data":${json}`;
  return `${head.slice(0, -1)},${member}}`;
}

/**
 * Reads a JSON document, as text or UTF-8 bytes.
 * @throws EnvelopeError UNDECODABLE when it is none, else naming the attribute and the value
 */
export function fromJson(document: string | Uint8Array): CloudEvent {
  if (document.length > MAX_DOCUMENT_BYTES) {
    throw tooLarge('data', `${MAX_DOCUMENT_BYTES} bytes as JSON`, `${document.length}`);
  }
  const members = parse(document);
  const event = new CheckedEvent();
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (name === 'data' || name === 'data_base64' || value === null) continue;
    event.set(name, value);
  }
  return event.finish(dataOf(members, event.datacontenttype));
}

function parse(document: string | Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(typeof document === 'string' ? document : utf8.decode(document));
  } catch {
    throw undecodable('The structured CloudEvent is not JSON in UTF-8');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw undecodable('The structured CloudEvent is not a JSON object');
  }
  return value as Record<string, unknown>;
}

function dataOf(
  { data, data_base64: base64 }: Record<string, unknown>,
  contentType: string | undefined,
): Uint8Array | undefined {
  if (base64 !== undefined && base64 !== null) {
    if (data !== undefined && data !== null) {
      throw undecodable('The structured CloudEvent has both "data" and "data_base64"', 'data');
    }
    if (typeof base64 !== 'string' || !BASE64.test(base64)) {
      throw invalid('data_base64', 'be Base64 (RFC 4648)', null);
    }
    return Buffer.from(base64, 'base64');
  }
  if (data === undefined || data === null) return undefined;
  if (contentType === undefined || JSON_TYPE.test(contentType)) {
    return Buffer.from(JSON.stringify(data));
  }
  if (typeof data !== 'string') {
    throw undecodable(`Data of media type "${contentType}" must be a JSON string`, 'data');
  }
  return Buffer.from(data);
}

/** The data's own text when it is JSON and says so. */
function jsonText(contentType: string | undefined, data: Uint8Array): string | undefined {
  if (contentType === undefined || !JSON_TYPE.test(contentType)) return undefined;
  try {
    const text = utf8.decode(data);
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}
