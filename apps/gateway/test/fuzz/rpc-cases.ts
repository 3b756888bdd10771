import { create, toBinary, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { OrderService } from '@mesh/contracts/es/order';
import fc from 'fast-check';
import { tokenOf, type RequestCase } from './http-cases.js';

const oneOf = (...values: readonly string[]) => fc.constantFrom(...values);
const text = fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 40 }));
const rawBytes = fc.uint8Array({ maxLength: 300 });
const uint32 = fc.oneof(fc.nat(200), fc.nat(4_294_967_295));

/** Anything that some method takes; a method reads what it knows. */
const fields = fc.record(
  {
    ...{ orderId: text, idempotencyKey: text, cursor: text, limit: uint32, afterVersion: uint32 },
    afterSequence: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    lines: fc.array(
      fc.record({ sku: fc.oneof(oneOf('CUP', 'TEA', 'NOPE'), text), quantity: uint32 }),
      { maxLength: 120 },
    ),
  },
  { requiredKeys: [] },
);
const json = fc.oneof(
  fields.map((value) => JSON.stringify(value, (_name, one) => plain(one))),
  fc.json(),
  oneOf('{"orderId":"\\ud800"}', '{"lines":[{"sku":"\\udfff","quantity":1}]}', '{"limit":-1}'),
  text,
);

/** How many bytes a frame says that it has, against those that come. */
const lies = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  fc.integer({ min: -5, max: 2 ** 31 }),
);
const flags = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.nat(255));
const types = oneOf(
  ...['json', 'proto', 'connect+json', 'connect+proto'].map((type) => `application/${type}`),
  ...['grpc-web', 'grpc-web+proto', 'grpc-web+json', 'grpc-web-text', 'grpc'].map(
    (type) => `application/${type}`,
  ),
  ...['application/json; charset=latin1', 'APPLICATION/PROTO', 'text/plain', ''],
);
const oddHeaders = fc.dictionary(
  oneOf(
    ...['connect-timeout-ms', 'grpc-timeout', 'connect-protocol-version', 'content-encoding'],
    ...['connect-content-encoding', 'grpc-encoding', 'connect-accept-encoding', 'accept-encoding'],
  ),
  oneOf('', '0', '1', '50', '1S', '99999999H', '9999999999', '-1', 'gzip', 'identity', 'br', 'x,y'),
  { maxKeys: 2 },
);
const tokens = fc.oneof(
  { weight: 6, arbitrary: fc.constant(`Bearer ${tokenOf.ann}`) },
  oneOf('Bearer x', 'Bearer', '', 'Basic YTpi'),
);

/** Calls of the order service over Connect and gRPC-Web, whole and broken. */
export const rpcCases: fc.Arbitrary<RequestCase> = fc
  .record({
    method: fc.constantFrom(...OrderService.methods),
    type: types,
    ...{ fields, json, rawBytes, flags, lies, oddHeaders, tokens },
    shape: oneOf('message', 'message', 'message', 'json', 'raw'),
    verb: oneOf('POST', 'POST', 'POST', 'POST', 'POST', 'POST', 'GET', 'PUT'),
  })
  .map(({ method, type, shape, verb, tokens: authorization, ...parts }) => {
    const isText = shape === 'json' || (shape === 'message' && type.includes('json'));
    const payload =
      shape === 'raw'
        ? Buffer.from(parts.rawBytes)
        : isText
          ? Buffer.from(parts.json)
          : binary(method.input, parts.fields);
    const isEnveloped = /connect\+|grpc/.test(type) && shape !== 'raw';
    const body = isEnveloped ? enveloped(payload, parts.flags, parts.lies) : payload;
    return {
      ...{ kind: 'request', method: verb, path: `/${method.parent.typeName}/${method.name}` },
      headers: {
        ...parts.oddHeaders,
        ...(type !== '' && { 'content-type': type }),
        ...(authorization !== '' && { authorization }),
      },
      body: verb === 'GET' ? undefined : body,
    };
  });

function enveloped(payload: Buffer, flags: number, lie: number): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flags);
  head.writeUInt32BE(Math.min(Math.max(payload.length + lie, 0), 4_294_967_295), 1);
  return Buffer.concat([head, payload]);
}

/** What the message knows of the fields. */
function binary(input: DescMessage, values: Readonly<Record<string, unknown>>): Buffer {
  const known = input.fields.map(({ localName }) => localName);
  const own = Object.fromEntries(Object.entries(values).filter(([name]) => known.includes(name)));
  return Buffer.from(toBinary(input, create(input, own as MessageInitShape<DescMessage>)));
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
