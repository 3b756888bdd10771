import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import { OrderService, OrderStatus } from '@mesh/contracts/es/order';
import { OrderStatus as Status } from '@mesh/contracts/order';
import { eventually } from '@mesh/tools/testing/eventually';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

const origin = 'https://shop.example';
const path = '/mesh.order.v1.OrderService';
let gateway: GatewayFixture;
let ann: string;

beforeAll(async () => {
  gateway = await GatewayFixture.start({ CORS_ORIGINS: origin, RPC_MAX_STREAMS_PER_CUSTOMER: '3' });
  ann = await gateway.token('ann');
});
afterEach(() => {
  gateway.orders.pause = Promise.resolve();
});
afterAll(() => gateway?.stop());

const transports: Record<string, (baseUrl: string) => Transport> = {
  'Connect with JSON': (baseUrl) => createConnectTransport({ baseUrl }),
  'Connect with Protobuf': (baseUrl) => createConnectTransport({ baseUrl, useBinaryFormat: true }),
  'gRPC-Web with Protobuf': (baseUrl) => createGrpcWebTransport({ baseUrl }),
  'gRPC-Web with JSON': (baseUrl) => createGrpcWebTransport({ baseUrl, useBinaryFormat: false }),
};
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const failure = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable('It succeeded'),
    (error: unknown) => ConnectError.from(error),
  );
const request = (sku = 'CUP') => ({
  lines: [{ sku, quantity: 2 }],
  idempotencyKey: crypto.randomUUID(),
});

describe.each(Object.keys(transports))('over %s', (name) => {
  const client = () => createClient(OrderService, transports[name]!(gateway.url));
  const place = async (token = ann) =>
    (await client().placeOrder(request(), bearer(token))).order!.orderId;

  it('given a token, when placing, looking, listing and cancelling, then so over REST', async () => {
    const token = await gateway.token();
    const empty = await client().listOrders({}, bearer(token));
    expect([empty.orders, empty.nextCursor]).toEqual([[], '']);
    const orderId = await place(token);
    const found = await client().getOrder({ orderId }, bearer(token));
    expect(found.order).toMatchObject({
      ...{ orderId, status: OrderStatus.PLACED, version: 1 },
      total: { amountMinor: 500n, currency: 'EUR' },
    });
    expect((await gateway.call('GET', `/v1/orders/${orderId}`, { token })).body).toMatchObject({
      ...{ orderId, status: 'PLACED' },
    });
    await client().cancelOrder({ orderId }, bearer(token));
    const { orders } = await client().listOrders({ limit: 5 }, bearer(token));
    expect(orders).toMatchObject([{ orderId, status: OrderStatus.CANCELLED, version: 2 }]);
  });

  it('given a watched order, then its history and its changes come as they are, and leaving ends the watch', async () => {
    const orderId = await place();
    const leave = new AbortController();
    const seen: number[] = [];
    const watching = (async () => {
      const options = { ...bearer(ann), signal: leave.signal };
      for await (const { update } of client().watchOrder({ orderId }, options))
        seen.push(update!.version);
    })();
    await eventually('the history', () => seen.length === 1);
    expect(gateway.orders.watchers).toBe(1);
    gateway.orders.change(orderId, Status.ORDER_STATUS_CONFIRMED);
    await eventually('the change', () => seen.length === 2);
    leave.abort();
    expect((await failure(watching)).code).toBe(Code.Canceled);
    await eventually('the end of the watch', () => gateway.orders.watchers === 0);
    expect(seen).toEqual([1, 2]);
  });

  it('given a watch that has nothing to tell yet, when its client leaves, then it ends too', async () => {
    const orderId = await place();
    const leave = new AbortController();
    const options = { ...bearer(ann), signal: leave.signal };
    const watch = client().watchOrder({ orderId, afterVersion: 1 }, options);
    const first = watch[Symbol.asyncIterator]().next();
    await eventually('the watch', () => gateway.orders.watchers === 1);
    leave.abort();
    await failure(first);
    await eventually('the end of the watch', () => gateway.orders.watchers === 0);
  });

  it('given no token, or a bad one, then unauthenticated', async () => {
    const { code, rawMessage } = await failure(client().listOrders({}));
    expect([code, rawMessage]).toEqual([Code.Unauthenticated, 'A bearer token is required']);
    const bad = await failure(client().getOrder({ orderId: 'x' }, bearer('e30.e30.x')));
    expect(bad.code).toBe(Code.Unauthenticated);
    const watch = client().watchOrder({ orderId: 'x' })[Symbol.asyncIterator]();
    expect((await failure(watch.next())).code).toBe(Code.Unauthenticated);
  });

  it("given another customer's order, then not_found, whatever is asked", async () => {
    const orderId = await place(await gateway.token('bob'));
    const calls = [
      () => client().getOrder({ orderId }, bearer(ann)),
      () => client().cancelOrder({ orderId }, bearer(ann)),
      () => client().watchOrder({ orderId }, bearer(ann))[Symbol.asyncIterator]().next(),
    ];
    for (const call of calls) {
      const { code, rawMessage } = await failure(call());
      expect([code, rawMessage]).toEqual([Code.NotFound, `You have no order "${orderId}"`]);
    }
  });

  it('given what the order service refuses, then its status, with its code and faults as details', async () => {
    const error = await failure(client().placeOrder(request('NOPE'), bearer(ann)));
    expect(error.code).toBe(Code.FailedPrecondition);
    const types = error.details.map((detail) => ('type' in detail ? detail.type : ''));
    expect(types).toEqual([
      'google.rpc.ErrorInfo',
      'google.rpc.BadRequest',
      'google.rpc.RequestInfo',
    ]);
    const [info] = error.details as { value: Uint8Array }[];
    expect(Buffer.from(info!.value).toString()).toContain('SKU_UNKNOWN');
  });

  it('given a message that is too large, then resource_exhausted', async () => {
    const idempotencyKey = 'k'.repeat(1024 * 1024);
    const error = await failure(client().placeOrder({ idempotencyKey }, bearer(ann)));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect((await client().listOrders({ limit: 1 }, bearer(ann))).orders).toHaveLength(1);
  });

  it('given a timeout, then the order service knows it, and the call ends in time', async () => {
    let goOn = () => {};
    gateway.orders.pause = new Promise((resolve) => (goOn = resolve));
    const options = { ...bearer(ann), timeoutMs: 200 };
    const error = await failure(client().listOrders({}, options));
    goOn();
    expect(error.code).toBe(Code.DeadlineExceeded);
    expect(gateway.orders.deadlines.at(-1)! - Date.now()).toBeLessThan(200);
  });

  it('given as many streams as a customer may have, then one more is refused until one ends', async () => {
    const token = await gateway.token();
    const orderId = await place(token);
    const leave = new AbortController();
    const open = () =>
      client()
        .watchOrder({ orderId }, { ...bearer(token), signal: leave.signal })
        [Symbol.asyncIterator]();
    for (const watch of [open(), open(), open()]) expect((await watch.next()).done).toBe(false);
    expect((await failure(open().next())).code).toBe(Code.ResourceExhausted);
    leave.abort();
    await eventually('the end of the watches', () => gateway.orders.watchers === 0);
  });
});

describe('on the wire', () => {
  const send = (method: string, headers: Record<string, string>, body: string | Buffer) =>
    fetch(`${gateway.url}${path}/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ann}`, ...headers },
      body,
    });
  const json = { 'content-type': 'application/json' };

  it.each([
    ['not JSON', json, '{"orderId":'],
    ['not of the schema', json, '{"orderId":7}'],
    ['not Protobuf', { 'content-type': 'application/proto' }, '\xff\xff\xff'],
    ['a bad timeout', { ...json, 'connect-timeout-ms': 'soon' }, '{}'],
    ['a timeout of years', { ...json, 'connect-timeout-ms': '9999999999' }, '{}'],
  ])('given %s over Connect, then invalid_argument', async (_what, headers, body) => {
    const response = await send('GetOrder', headers as Record<string, string>, body);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      ...[400, 'invalid_argument'],
    ]);
  });

  it('given half a surrogate pair in an error over gRPC-Web, then 400 and not 500', async () => {
    const message = Buffer.from('{"limit":"\\ud800"}');
    const body = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
    const headers = { 'content-type': 'application/grpc-web+json' };
    const response = await send('ListOrders', headers, body);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      ...[400, 'application/problem+json'],
    ]);
  });

  it.each([
    ['ends too early', [0, 0, 0, 0, 9, 1]],
    ['is compressed', [1, 0, 0, 0, 0]],
    ['holds no Protobuf', [0, 0, 0, 0, 2, 255, 255]],
  ])('given a frame that %s over gRPC-Web, then invalid_argument', async (_what, bytes) => {
    const headers = { 'content-type': 'application/grpc-web+proto' };
    const response = await send('GetOrder', headers, Buffer.from(bytes));
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('grpc-status: 3'),
    ]);
  });

  it.each([
    ['gRPC itself, which needs HTTP/2', 'POST', 'application/grpc', 415],
    ['a type that nobody knows', 'POST', 'text/plain', 415],
    ['a GET', 'GET', 'application/json', 405],
  ])('given %s, then a problem says so', async (_what, method, type, status) => {
    const response = await fetch(`${gateway.url}${path}/GetOrder`, {
      ...{ method, headers: { authorization: `Bearer ${ann}`, 'content-type': type } },
      ...(method === 'POST' && { body: '{}' }),
    });
    const told = await response.json();
    const details: Record<number, string> = {
      405: `${path}/GetOrder takes POST, not GET`,
      415: expect.stringMatching(/^Send .*application\/json.* application\/grpc-web/) as string,
    };
    expect([response.status, response.headers.get('content-type')]).toEqual([
      ...[status, 'application/problem+json'],
    ]);
    expect(told).toMatchObject({ status, detail: details[status], traceId: expect.any(String) });
    expect(response.headers.get('x-request-id')).not.toBeNull();
    expect(response.headers.get('allow')).toBe(status === 405 ? 'POST' : null);
  });

  it('given a method that the gateway does not hand on, then it is not there', async () => {
    expect((await send('Nothing', json, '{}')).status).toBe(404);
  });

  it('given a page of another origin, then it may call and see how a call ended', async () => {
    const preflight = await fetch(`${gateway.url}${path}/GetOrder`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers':
          'authorization,connect-protocol-version,connect-timeout-ms,grpc-timeout,x-grpc-web,x-user-agent',
      },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-grpc-web');
    const headers = { origin, 'content-type': 'application/grpc-web+proto' };
    const response = await send('ListOrders', headers, Buffer.alloc(5));
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('access-control-expose-headers')?.toLowerCase()).toMatch(
      /grpc-status.*grpc-message.*grpc-status-details-bin/,
    );
    expect(await response.text()).toContain('grpc-status: 0');
  });
});
