// Begins early: takes 6 s.
import { once } from 'node:events';
import { connect } from 'node:net';
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { OrderServiceService } from '@mesh/contracts/order';
import { Authenticator, type RunningService } from '@mesh/service-kit';
import { fuzz, fuzzSettings } from '@mesh/tools/testing/fuzz';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startOrderService, type OrderServiceFixture } from '../order-service.js';

const { seed, cases } = fuzzSettings();
/** The other half is for the gateway. */
const settings = { seed, cases: Math.ceil(cases / 2) };
const deadlineMs = 20_000;
const faults = new Set([
  status.UNKNOWN,
  status.INTERNAL,
  status.DATA_LOSS,
  status.DEADLINE_EXCEEDED,
]);
const methods = Object.values(OrderServiceService).filter(({ requestStream }) => !requestStream);

let fixture: OrderServiceFixture;
let service: RunningService;
let client: Client;
let token: string;

beforeAll(async () => {
  fixture = await startOrderService();
  service = await fixture.replica();
  client = new Client(`127.0.0.1:${service.ports.grpc}`, credentials.createInsecure());
  token = await service.app.get(Authenticator).sign('ann');
});
afterAll(async () => {
  client?.close();
  await fixture?.close();
});

const text = fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 40 }));
const uint32 = fc.oneof(fc.nat(200), fc.nat(4_294_967_295));
/** Fields 1 to 3 as any method may take them, in the wire format; and bytes that are none. */
const field = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 3 }), text).map(([number, value]) => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length % 128]), bytes]);
  }),
  fc.tuple(fc.integer({ min: 1, max: 3 }), uint32).map(([number, value]) => {
    return Buffer.concat([Buffer.from([number * 8]), varint(value)]);
  }),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);
const call = fc.record({
  kind: fc.constant('call' as const),
  method: fc.constantFrom(...methods),
  message: fc.array(field, { maxLength: 6 }).map((parts) => Buffer.concat(parts)),
  token: fc.constantFrom('valid', 'valid', 'valid', 'none', 'rubbish'),
});
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const frame = fc
  .record({
    type: fc.nat(12),
    flags: fc.nat(255),
    stream: fc.nat(9),
    payload: fc.uint8Array({ maxLength: 60 }),
  })
  .map(({ type, flags, stream, payload }) => {
    const head = Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream]);
    return Buffer.concat([head, payload]);
  });
const raw = fc.record({
  kind: fc.constant('bytes' as const),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.array(frame, { maxLength: 8 }).map((frames) => Buffer.concat([preface, ...frames])),
  ),
});
const grpcCases = fc.oneof({ weight: 5, arbitrary: call }, { weight: 1, arbitrary: raw });

it('given whatever a stranger sends to the gRPC port, then no call is INTERNAL or UNKNOWN', async () => {
  const codes = new Map<string, number>();
  await fuzz({
    ...{ settings, cases: grpcCases },
    run: async (one) => {
      if (one.kind === 'bytes') return write(one.bytes);
      const code = await outcomeOf(one);
      codes.set(status[code], (codes.get(status[code]) ?? 0) + 1);
      return faults.has(code) ? `Ended as ${status[code]}` : undefined;
    },
  });
  console.log(
    `gRPC port: ${settings.cases} cases, by status ${JSON.stringify(Object.fromEntries(codes))}`,
  );
  expect([...codes.keys()]).toEqual(
    expect.arrayContaining(['OK', 'INVALID_ARGUMENT', 'NOT_FOUND', 'UNAUTHENTICATED']),
  );
  expect(
    await outcomeOf({
      method: OrderServiceService.listOrders,
      message: Buffer.alloc(0),
      token: 'valid',
    }),
  ).toBe(status.OK);
});

function outcomeOf(one: {
  readonly method: { readonly path: string; readonly responseStream: boolean };
  readonly message: Buffer;
  readonly token: string;
}): Promise<status> {
  const metadata = new Metadata();
  if (one.token !== 'none')
    metadata.set('authorization', `Bearer ${one.token === 'valid' ? token : 'e30.e30.x'}`);
  const same = (bytes: Buffer) => bytes;
  const { path, responseStream } = one.method;
  const options = { deadline: Date.now() + deadlineMs };
  return new Promise((resolve) => {
    const end = (error: ServiceError | null) => resolve(error?.code ?? status.OK);
    if (!responseStream) {
      client.makeUnaryRequest(path, same, same, one.message, metadata, options, end);
      return;
    }
    const stream = client.makeServerStreamRequest(path, same, same, one.message, metadata, options);
    stream.on('data', () => stream.cancel());
    stream.on('error', (error: ServiceError) =>
      resolve(error.code === status.CANCELLED ? status.OK : error.code),
    );
    stream.on('end', () => resolve(status.OK));
  });
}

/** Bytes that are no call; the server ends the connection, or the writer does. */
async function write(bytes: Buffer): Promise<string | undefined> {
  const socket = connect(service.ports.grpc!, '127.0.0.1');
  // A reset is an answer to bytes like these.
  socket.on('error', () => {}).resume();
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(deadlineMs) });
  socket.end(bytes);
  return closed.then(
    () => undefined,
    () => {
      socket.destroy();
      return 'The connection stays open';
    },
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
