import { OrderStatus } from '@mesh/contracts/order';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Socket } from 'socket.io-client';
import { GatewayFixture } from './gateway-fixture.js';

const { ORDER_STATUS_CONFIRMED: confirmed, ORDER_STATUS_CANCELLED: cancelled } = OrderStatus;
const within = { timeout: 10_000 };

describe.each(['amqp', 'grpc'] as const)('live updates from %s', (from) => {
  let gateway: GatewayFixture;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    gateway = await GatewayFixture.start({ LIVE_UPDATES_FROM: from });
  });
  afterEach(() => sockets.splice(0).forEach((socket) => socket.close()));
  afterAll(() => gateway?.stop());

  /** A change as it commits, and, where that is how updates come, as it is announced. */
  async function change(orderId: string, status: OrderStatus): Promise<void> {
    const update = gateway.orders.change(orderId, status);
    if (from === 'amqp') await gateway.announce(update);
  }

  async function connect(token: string) {
    const { socket, sent } = gateway.live(token);
    sockets.push(socket);
    const updates = () =>
      sent.flatMap(([event, { orderId, version }]) =>
        event === 'order.updated' ? [`${orderId} ${version}`] : [],
      );
    const sees = (...expected: string[]) =>
      vi.waitFor(() => expect(updates()).toEqual(expected), within);
    const ask = (request: object) => socket.timeout(5000).emitWithAck('subscribe', request);
    return { ask, sees, socket };
  }

  it('given two customers, then each sees every change of its own orders, once and in order', async () => {
    const [anna, ben] = [await gateway.token(), await gateway.token()];
    const [hers, his] = [await gateway.place(anna), await gateway.place(ben)];
    const [one, other, second] = [await connect(anna), await connect(ben), await connect(anna)];
    expect(await one.ask({ orderId: hers, afterVersion: 0 })).toEqual({ ok: true });
    expect(await second.ask({ feed: 'orders' })).toMatchObject({ ok: true });
    expect(await other.ask({ feed: 'orders' })).toMatchObject({ ok: true });
    await change(hers, confirmed);
    await change(his, confirmed);
    await one.sees(`${hers} 1`, `${hers} 2`);
    await change(hers, cancelled);
    await one.sees(`${hers} 1`, `${hers} 2`, `${hers} 3`);
    await second.sees(`${hers} 2`, `${hers} 3`);
    await other.sees(`${his} 2`);
  });

  if (from === 'grpc')
    it('given a stream that breaks, then goes on after what came, without a gap', async () => {
      const customerId = `c-${crypto.randomUUID()}`;
      const token = await gateway.token(customerId);
      const orderId = await gateway.place(token);
      const { ask, sees } = await connect(token);
      await ask({ orderId, afterVersion: 1 });
      await vi.waitFor(() => expect(gateway.orders.asked).toContain(`${customerId} undefined`));
      await change(orderId, confirmed);
      await sees(`${orderId} 2`);
      const { cut } = gateway.orders;
      gateway.orders.cut = new AbortController();
      cut.abort();
      await change(orderId, cancelled);
      await sees(`${orderId} 2`, `${orderId} 3`);
      // What was on its way when the stream broke may have come.
      const asked = () => gateway.orders.asked.filter((one) => one.startsWith(customerId));
      const again = expect.stringMatching(/ [23]$/);
      await vi.waitFor(() => expect(asked()).toEqual([`${customerId} undefined`, again]), within);
    });
});
