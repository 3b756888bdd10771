import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import { OrderService } from '@mesh/contracts/es/order';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

const path = '/mesh.order.v1.OrderService/ListOrders';
let gateway: GatewayFixture;

beforeAll(async () => {
  gateway = await GatewayFixture.start({
    ...{ RATE_LIMIT_ADDRESS: '3/1h', RATE_LIMIT_CUSTOMER: '2/1h', TRUST_PROXY: 'loopback' },
  });
});
afterAll(() => gateway?.stop());

const list = async (token: string | undefined, from: string, type = 'application/json') => {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: {
      ...{ 'x-forwarded-for': from, 'content-type': type },
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: '{}',
  });
  const { status, headers } = response;
  return { status, headers, text: await response.text() };
};

describe('calls over Connect and gRPC-Web', () => {
  it('given more than its address may make, then 429 in the form of Connect', async () => {
    for (let n = 0; n < 3; n++) await list(undefined, '192.0.2.1');
    const { status, headers, text } = await list(await gateway.token(), '192.0.2.1');
    expect([status, headers.get('content-type')]).toEqual([429, 'application/json']);
    expect(JSON.parse(text)).toMatchObject({
      code: 'resource_exhausted',
      message: expect.stringContaining('This address may make 3 requests') as string,
    });
    expect(text).toContain('google.rpc.RetryInfo');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(3_000);
    expect(headers.get('ratelimit')).toMatch(/^"address";r=0;/);
  });

  it('given what is no call, then the refusal is a problem document', async () => {
    for (let n = 0; n < 3; n++) await list(undefined, '192.0.2.2');
    const { status, headers, text } = await list(undefined, '192.0.2.2', 'text/plain');
    expect([status, headers.get('content-type')]).toEqual([429, 'application/problem+json']);
    expect(JSON.parse(text)).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(3_000);
  });

  it.each([
    ['Connect', createConnectTransport, 11],
    ['gRPC-Web', createGrpcWebTransport, 21],
  ])(
    'given a customer at several addresses over %s, then counts with REST',
    async (_, make, net) => {
      const token = await gateway.token();
      const call = (n: number) => {
        const headers = {
          authorization: `Bearer ${token}`,
          'x-forwarded-for': `198.51.100.${net + n}`,
        };
        return createClient(OrderService, make({ baseUrl: gateway.url })).listOrders(
          {},
          { headers },
        );
      };
      await call(1);
      const headers = { 'x-forwarded-for': `198.51.100.${net + 2}` };
      const answer = await gateway.call('GET', '/v1/orders', { token, headers });
      expect(answer.headers.get('ratelimit')).toMatch(/"customer";r=0;/);
      const error = await call(3).catch((reason: unknown) => ConnectError.from(reason));
      expect(error).toMatchObject({ code: Code.ResourceExhausted });
      expect((error as ConnectError).rawMessage).toContain('This customer may make 2 requests');
    },
  );
});
