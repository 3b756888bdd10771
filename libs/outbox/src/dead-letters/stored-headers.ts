import type { RawHeaders } from '@mesh/messaging';

/** Bytes in JSON, so that headers come back as they were. */
interface StoredBytes {
  readonly $bytes: string;
}

/** Headers as JSON text; bytes are kept as bytes. */
export function storeHeaders(headers: RawHeaders): string {
  return JSON.stringify(headers, function (this: Record<string, unknown>, name, value: unknown) {
    // A Buffer has become what its toJSON says by now; the holder still has it.
    const original = this[name];
    if (original instanceof Uint8Array) {
      return { $bytes: Buffer.from(original).toString('base64') } satisfies StoredBytes;
    }
    return typeof value === 'bigint' ? String(value) : value;
  });
}

export function restoreHeaders(stored: unknown): RawHeaders {
  return restore(stored) as RawHeaders;
}

function restore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(restore);
  if (typeof value !== 'object' || value === null) return value;
  if ('$bytes' in value && typeof value.$bytes === 'string')
    return Buffer.from(value.$bytes, 'base64');
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, restore(inner)]));
}
