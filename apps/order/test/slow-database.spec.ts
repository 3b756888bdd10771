import { TcpProxy } from '@mesh/tools/testing/tcp-proxy';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type OrderServiceFixture, startOrderService } from './order-service.js';

const MAX_IN_FLIGHT = 32;
const CALLS = 400;
const lines = [{ sku: 'TEA', quantity: 1 }];

let mesh: OrderServiceFixture;
let way: TcpProxy;
beforeAll(async () => {
  mesh = await startOrderService();
  way = await TcpProxy.open({ port: Number(new URL(mesh.databaseUrl).port) });
});
afterAll(async () => {
  await mesh?.close();
  await way?.close();
});

const REFUSALS = ['OVERLOADED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'];

it('given a database that hardly answers, then calls are refused rather than piled up, what is told is true, and it recovers', async () => {
  const url = new URL(mesh.databaseUrl);
  url.port = String(way.port);
  const replica = await mesh.replica({
    ...{ DATABASE_URL: url.href, DATABASE_POOL_SIZE: '4' },
    GRPC_MAX_IN_FLIGHT: String(MAX_IN_FLIGHT),
  });
  const client = await mesh.as(`customer-${randomUUID()}`, replica);
  const place = async () => {
    const { order } = await client.placeOrder({ lines, idempotencyKey: randomUUID() });
    return order!.orderId;
  };
  await place();

  way.delay(250);
  const answers = await Promise.allSettled(Array.from({ length: CALLS }, place));
  const placed = answers.filter((answer) => answer.status === 'fulfilled');
  const refused = answers
    .filter((answer) => answer.status === 'rejected')
    .map(({ reason }) => (reason as { code: string }).code);
  expect(refused.filter((code) => !REFUSALS.includes(code))).toEqual([]);
  expect(refused).toContain('OVERLOADED');

  await way.heal();
  await vi.waitFor(place, { timeout: 30_000, interval: 50 });
  for (const { value: orderId } of placed)
    expect((await client.getOrder({ orderId })).order?.orderId).toBe(orderId);
});
