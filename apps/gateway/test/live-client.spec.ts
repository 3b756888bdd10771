import { OrderStatus } from '@mesh/contracts/order';
import { connectLive } from '@mesh/live-client';
import { TcpProxy } from '@mesh/tools/testing/tcp-proxy';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';
import { orders, stock } from './live-resources.js';

const { ORDER_STATUS_CONFIRMED: confirmed, ORDER_STATUS_CANCELLED: cancelled } = OrderStatus;

/** What the feeds tell, at least. */
type Told = object & { readonly type: 'updated' | 'resync' };
type OrdersEvent =
  | { readonly type: 'updated'; readonly orderId: string; readonly version: number }
  | { readonly type: 'resync'; readonly reason: string };

let gateway: GatewayFixture;
let proxy: TcpProxy;

beforeAll(async () => {
  gateway = await GatewayFixture.start();
  proxy = await TcpProxy.open({ port: Number(new URL(gateway.url).port) });
});
afterAll(async () => {
  await proxy?.close();
  await gateway?.stop();
});

async function connect() {
  const token = await gateway.token();
  const live = connectLive({
    url: `http://127.0.0.1:${proxy.port}`,
    token: () => token,
    reconnect: { minMs: 20, maxMs: 200 },
  });
  return { live, token };
}

const brief = (events: readonly OrdersEvent[]) =>
  events.map((event) =>
    event.type === 'updated' ? `${event.orderId} ${event.version}` : event.reason,
  );

describe('the live client', () => {
  it('given connections that are reset, then each subscription gets every update once', async () => {
    const { live, token } = await connect();
    const orderId = await gateway.place(token);
    const seen = { feed: [] as OrdersEvent[], order: [] as OrdersEvent[] };
    const feed = live.follow(orders);
    feed.listen((event) => seen.feed.push(event));
    live.watch(orders, orderId).listen((event) => seen.order.push(event));
    await feed.ready;
    proxy.reset();
    await gateway.announce(gateway.orders.change(orderId, confirmed));
    const other = await gateway.place(token);
    proxy.reset();
    await gateway.announce(gateway.orders.change(orderId, cancelled));
    await vi.waitFor(() => {
      expect(brief(seen.order)).toEqual([`${orderId} 1`, `${orderId} 2`, `${orderId} 3`]);
      expect(brief(seen.feed)).toEqual([`${orderId} 2`, `${other} 1`, `${orderId} 3`]);
    }, 10_000);
    live.close();
  });

  it('given a black hole and then a reset, then what was lost in it comes afterwards, once', async () => {
    const { live, token } = await connect();
    const orderId = await gateway.place(token);
    const seen: OrdersEvent[] = [];
    const feed = live.follow(orders);
    feed.listen((event) => seen.push(event));
    await feed.ready;
    proxy.blackHole();
    await gateway.announce(gateway.orders.change(orderId, confirmed));
    await vi.waitFor(() => expect(proxy.swallowedBytes).toBeGreaterThan(0), 10_000);
    await proxy.heal();
    await gateway.announce(gateway.orders.change(orderId, cancelled));
    await vi.waitFor(() => expect(brief(seen)).toEqual([`${orderId} 2`, `${orderId} 3`]), 10_000);
    live.close();
  });

  it('given an order of somebody else, then its subscription ends with ORDER_NOT_FOUND', async () => {
    const { live } = await connect();
    const foreign = await gateway.place(await gateway.token());
    await expect(live.watch(orders, foreign).ready).rejects.toMatchObject({
      code: 'ORDER_NOT_FOUND',
    });
    live.close();
  });

  it('given a cursor of somebody else, then it starts over from now on, and is told to', async () => {
    const other = await connect();
    const foreign: string[] = [];
    const theirs = other.live.follow(orders, {
      persist: {
        key: 'other',
        storage: { getItem: () => null, setItem: (_key, cursor) => foreign.push(cursor) },
      },
    });
    await theirs.ready;
    other.live.close();
    const { live } = await connect();
    const seen: OrdersEvent[] = [];
    live.follow(orders, { cursor: foreign[0]! }).listen((event) => seen.push(event));
    await vi.waitFor(() => expect(brief(seen)).toEqual(['CURSOR_INVALID']), 10_000);
    live.close();
  });

  it('given stock, then what may have been missed is told after a reconnect', async () => {
    const { live } = await connect();
    const seen: Told[] = [];
    const feed = live.states(stock);
    feed.listen((event) => seen.push(event));
    await feed.ready;
    proxy.reset();
    await vi.waitFor(() => expect(seen).toEqual([{ type: 'resync', reason: 'RECONNECTED' }]));
    await gateway.announceStock('CUP', 4, 3);
    await vi.waitFor(() =>
      expect(seen[1]).toEqual({ type: 'updated', sku: 'CUP', available: 4, version: 3 }),
    );
    live.close();
  });
});
