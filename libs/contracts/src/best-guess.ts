import { findEvent } from './catalog/index.js';

/** What bytes probably are, and what they say then. */
export interface Guess {
  readonly kind: string;
  readonly text?: string;
}

const magic: readonly (readonly [string, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['Zstandard', [0x28, 0xb5, 0x2f, 0xfd]],
  ['LZ4', [0x04, 0x22, 0x4d, 0x18]],
  ['ZIP', [0x50, 0x4b, 0x03, 0x04]],
  ['an Avro file', [0x4f, 0x62, 0x6a, 0x01]],
];

/** The best guess at bytes that came as an event of this type. */
export function bestGuess(bytes: Uint8Array, eventType?: string): Guess {
  if (bytes.length === 0) return { kind: 'no bytes at all' };
  return (
    bySchema(bytes, eventType) ??
    asJson(bytes) ??
    byMagic(bytes) ??
    asText(bytes) ??
    asProtobuf(bytes) ?? { kind: 'binary of no known form' }
  );
}

/** Only when it comes out byte for byte: Protobuf takes much for a message. */
function bySchema(bytes: Uint8Array, eventType = ''): Guess | undefined {
  const definition = findEvent(eventType);
  try {
    const data = definition?.schema.decode(bytes);
    if (definition === undefined || data === undefined) return undefined;
    if (Buffer.compare(definition.schema.encode(data).finish(), bytes) !== 0) return undefined;
    return {
      kind: `${eventType}, by its schema`,
      text: JSON.stringify(definition.schema.toJSON(data), null, 2),
    };
  } catch {
    return undefined;
  }
}

function asJson(bytes: Uint8Array): Guess | undefined {
  try {
    const value: unknown = JSON.parse(textOf(bytes) ?? '');
    return { kind: 'JSON', text: JSON.stringify(value, null, 2) };
  } catch {
    return undefined;
  }
}

function byMagic(bytes: Uint8Array): Guess | undefined {
  const found = magic.find(([, start]) => start.every((byte, at) => bytes[at] === byte));
  if (found !== undefined) return { kind: `${found[0]}, by its first bytes` };
  if (bytes[0] !== 0 || bytes.length < 6) return undefined;
  const id = Buffer.from(bytes).readUInt32BE(1);
  return id < 1_000_000 ? { kind: `of a schema registry, schema id ${id}` } : undefined;
}

function asText(bytes: Uint8Array): Guess | undefined {
  const text = textOf(bytes);
  // Control characters other than line ends and tabs are no text.
  return text === undefined || /[^\P{Cc}\n\r\t]/u.test(text) ? undefined : { kind: 'text', text };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Protobuf of an unknown message: its fields by number. */
function asProtobuf(bytes: Uint8Array): Guess | undefined {
  const fields: string[] = [];
  let at = 0;
  const varint = (): number | undefined => {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      const byte = bytes[at++];
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = tag === undefined ? 0 : Math.floor(tag / 8);
    if (tag === undefined || field === 0 || field > 536_870_911) return undefined;
    const wire = tag % 8;
    const size = wire === 2 ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : undefined;
    if (wire === 0) {
      const value = varint();
      if (value === undefined) return undefined;
      fields.push(`${field}: ${value}`);
    } else {
      if (size === undefined || at + size > bytes.length) return undefined;
      const part = bytes.subarray(at, at + size);
      fields.push(`${field}: ${asText(part)?.text ?? `0x${Buffer.from(part).toString('hex')}`}`);
      at += size;
    }
  }
  return { kind: 'Protobuf of an unknown message, fields by number', text: fields.join('\n') };
}
