import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { OtlpAttribute, OtlpRequest, OtlpSpan } from './otlp-json.js';

type Fields = Readonly<Record<number, (reader: BinaryReader, length: WireType) => void>>;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Values within values, such as in arrays of arrays: deeper ones are left out. */
const MAX_DEPTH = 8;

/**
 * The same request in protobuf: the fields that the receiver needs, by their numbers.
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
 * @throws when it is no protobuf
 */
export function decodeRequest(bytes: Uint8Array): OtlpRequest {
  const resourceSpans: NonNullable<OtlpRequest['resourceSpans']>[number][] = [];
  read(new BinaryReader(bytes), bytes.length, {
    1: nested((reader, end) => {
      const attributes: OtlpAttribute[] = [];
      const spans: OtlpSpan[] = [];
      read(reader, end, {
        1: nested((resource, to) => read(resource, to, { 1: attributeInto(attributes) })),
        2: nested((scope, to) =>
          read(scope, to, { 2: nested((span, until) => spans.push(spanOf(span, until))) }),
        ),
      });
      resourceSpans.push({ resource: { attributes }, scopeSpans: [{ spans }] });
    }),
  });
  return { resourceSpans };
}

function spanOf(reader: BinaryReader, end: number): OtlpSpan {
  const attributes: OtlpAttribute[] = [];
  const links: NonNullable<OtlpSpan['links']>[number][] = [];
  const span: Mutable<OtlpSpan> = { attributes, links };
  read(reader, end, {
    1: () => (span.traceId = hex(reader)),
    2: () => (span.spanId = hex(reader)),
    4: () => (span.parentSpanId = hex(reader)),
    5: () => (span.name = reader.string()),
    6: () => (span.kind = reader.int32()),
    7: () => (span.startTimeUnixNano = String(reader.fixed64())),
    8: () => (span.endTimeUnixNano = String(reader.fixed64())),
    9: attributeInto(attributes),
    13: nested((_, to) => links.push(linkOf(reader, to))),
    15: nested((_, to) => (span.status = statusOf(reader, to))),
  });
  return span;
}

function linkOf(reader: BinaryReader, end: number) {
  const link: { traceId?: string; spanId?: string } = {};
  read(reader, end, {
    1: () => (link.traceId = hex(reader)),
    2: () => (link.spanId = hex(reader)),
  });
  return link;
}

function statusOf(reader: BinaryReader, end: number) {
  const status: { code?: number; message?: string } = {};
  read(reader, end, {
    2: () => (status.message = reader.string()),
    3: () => (status.code = reader.int32()),
  });
  return status;
}

function attributeInto(attributes: OtlpAttribute[]) {
  return nested((reader, end) => {
    const attribute: Mutable<OtlpAttribute> = {};
    read(reader, end, {
      1: () => (attribute.key = reader.string()),
      2: nested((_, to) => (attribute.value = valueOf(reader, to, 0))),
    });
    attributes.push(attribute);
  });
}

function valueOf(
  reader: BinaryReader,
  end: number,
  depth: number,
): OtlpAttribute['value'] & object {
  const value: Mutable<OtlpAttribute['value'] & object> = {};
  read(reader, end, {
    1: () => (value.stringValue = reader.string()),
    2: () => (value.boolValue = reader.bool()),
    3: () => (value.intValue = String(reader.int64())),
    4: () => (value.doubleValue = reader.double()),
    5: nested((_, to) => {
      const values: (OtlpAttribute['value'] & object)[] = [];
      if (depth === MAX_DEPTH) return void (reader.pos = to);
      read(reader, to, {
        1: nested((__, until) => values.push(valueOf(reader, until, depth + 1))),
      });
      value.arrayValue = { values };
    }),
  });
  return value;
}

const hex = (reader: BinaryReader): string => Buffer.from(reader.bytes()).toString('hex');

function nested(fn: (reader: BinaryReader, end: number) => void) {
  return (reader: BinaryReader): void => {
    const length = reader.uint32();
    fn(reader, reader.pos + length);
  };
}

function read(reader: BinaryReader, end: number, fields: Fields): void {
  if (end > reader.len) throw new RangeError('A field ends behind the message');
  while (reader.pos < end) {
    const [field, type] = reader.tag();
    const take = fields[field];
    if (take === undefined) reader.skip(type, field);
    else take(reader, type);
  }
}
