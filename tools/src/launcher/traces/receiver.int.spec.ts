import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTraceReceiver, type TraceReceiver } from './receiver.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const parentSpanId = '00f067aa0ba902b7';
const service = { key: 'service.name', value: { stringValue: 'order' } };
const json = (span: object = {}) =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [service] },
        scopeSpans: [
          {
            spans: [
              {
                ...{ traceId, spanId, parentSpanId, name: 'send', kind: 4 },
                startTimeUnixNano: '1790000000000123456',
                endTimeUnixNano: '1790000000001000000',
                attributes: [
                  { key: 'text', value: { stringValue: 'x' } },
                  { key: 'whole', value: { intValue: '7' } },
                  { key: 'part', value: { doubleValue: 0.5 } },
                  { key: 'yes', value: { boolValue: true } },
                  { key: 'list', value: { arrayValue: { values: [{ stringValue: 'y' }] } } },
                ],
                status: { code: 2, message: 'ORDER_NOT_FOUND' },
                links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }],
                ...span,
              },
            ],
          },
        ],
      },
    ],
  });
const view = {
  ...{ spanId, parentSpanId, name: 'send', kind: 'producer', service: 'order' },
  ...{ start: 1790000000000.123, end: 1790000000001 },
  attributes: { text: 'x', whole: 7, part: 0.5, yes: true, list: ['y'] },
  ...{ status: 'error', statusMessage: 'ORDER_NOT_FOUND' },
  links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }],
};

describe('the receiver of traces', () => {
  let receiver: TraceReceiver;
  beforeAll(async () => void (receiver = await openTraceReceiver()));
  afterAll(() => receiver?.close());

  const post = (
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
    path = 'traces',
  ) =>
    fetch(`${receiver.url}/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  const read = (id: string) => fetch(`${receiver.url}/traces/${id}`);

  it('given JSON, then keeps its spans', async () => {
    expect((await post(json())).status).toBe(200);
    expect(await (await read(traceId)).json()).toEqual({ traceId, spans: [view] });
  });

  it('given gzipped JSON, then keeps its spans', async () => {
    const own = 'c'.repeat(32);
    const body = new Uint8Array(gzipSync(json({ traceId: own })));
    expect((await post(body, { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(await (await read(own)).json()).toEqual({ traceId: own, spans: [view] });
  });

  it('given protobuf, then keeps the same', async () => {
    const own = 'd'.repeat(32);
    const type = 'application/x-protobuf';
    const response = await post(protobuf(own), { 'content-type': type });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(await (await read(own)).json()).toEqual({ traceId: own, spans: [view] });
  });

  it('given metrics and logs, then takes them for nothing', async () => {
    expect((await post('{}', {}, 'metrics')).status).toBe(200);
    expect((await post('{}', {}, 'logs')).status).toBe(200);
  });

  it.each([
    ['no JSON', '{', {}, 400],
    ['JSON of another kind', '"text"', {}, 400],
    [
      'protobuf that is cut off',
      new Uint8Array([10, 99]),
      { 'content-type': 'application/x-protobuf' },
      400,
    ],
    ['another type', 'x', { 'content-type': 'text/plain' }, 415],
    ['too much', ' '.repeat(9 * 1024 ** 2), {}, 413],
    [
      'what unpacks to too much',
      new Uint8Array(gzipSync(Buffer.alloc(9 * 1024 ** 2))),
      { 'content-encoding': 'gzip' },
      400,
    ],
  ])('given %s, then refuses it', async (_, body, headers, status) => {
    expect((await post(body, headers as Record<string, string>)).status).toBe(status);
  });

  it('given what is no span, then leaves it out', async () => {
    const own = 'e'.repeat(32);
    for (const broken of [{ spanId: 'x' }, { endTimeUnixNano: '1' }, { startTimeUnixNano: null }])
      expect((await post(json({ traceId: own, ...broken }))).status).toBe(200);
    expect((await read(own)).status).toBe(404);
  });

  it('given a request under another name, as a page could make it, then refuses it', async () => {
    const { port } = new URL(receiver.url);
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'evil.example' };
      request({ host: '127.0.0.1', port, path: `/traces/${traceId}`, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

/** The span of `json`, by the numbers of its fields in opentelemetry-proto. */
function protobuf(trace: string): Uint8Array<ArrayBuffer> {
  const message = (write: (writer: BinaryWriter) => void) => {
    const writer = new BinaryWriter();
    write(writer);
    return writer.finish();
  };
  const bytes = (writer: BinaryWriter, field: number, value: Uint8Array) =>
    writer.tag(field, WireType.LengthDelimited).bytes(value);
  const text = (writer: BinaryWriter, field: number, value: string) =>
    bytes(writer, field, Buffer.from(value));
  const id = (writer: BinaryWriter, field: number, value: string) =>
    bytes(writer, field, Buffer.from(value, 'hex'));
  const attribute = (key: string, write: (value: BinaryWriter) => void) =>
    message((writer) => {
      text(writer, 1, key);
      bytes(writer, 2, message(write));
    });
  const span = message((writer) => {
    id(writer, 1, trace);
    id(writer, 2, spanId);
    id(writer, 4, parentSpanId);
    text(writer, 5, 'send');
    writer.tag(6, WireType.Varint).int32(4);
    writer.tag(7, WireType.Bit64).fixed64(1790000000000123456n);
    writer.tag(8, WireType.Bit64).fixed64(1790000000001000000n);
    const listed = message((list) =>
      bytes(
        list,
        1,
        message((value) => text(value, 1, 'y')),
      ),
    );
    for (const each of [
      attribute('text', (value) => text(value, 1, 'x')),
      attribute('whole', (value) => value.tag(3, WireType.Varint).int64(7)),
      attribute('part', (value) => value.tag(4, WireType.Bit64).double(0.5)),
      attribute('yes', (value) => value.tag(2, WireType.Varint).bool(true)),
      attribute('list', (value) => bytes(value, 5, listed)),
    ])
      bytes(writer, 9, each);
    const link = (to: BinaryWriter) => (id(to, 1, 'a'.repeat(32)), id(to, 2, 'b'.repeat(16)));
    bytes(writer, 13, message(link));
    const failed = (to: BinaryWriter) => {
      text(to, 2, 'ORDER_NOT_FOUND');
      to.tag(3, WireType.Varint).int32(2);
    };
    bytes(writer, 15, message(failed));
  });
  const named = attribute('service.name', (value) => text(value, 1, 'order'));
  const resource = message((writer) => bytes(writer, 1, named));
  const scope = message((writer) => bytes(writer, 2, span));
  const both = message((writer) => (bytes(writer, 1, resource), bytes(writer, 2, scope)));
  return new Uint8Array(message((writer) => bytes(writer, 1, both)));
}
