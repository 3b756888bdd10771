import { OrderStatus } from '@mesh/contracts/order';
import { RuleBroken } from '@mesh/messaging/testing';
import { vi } from 'vitest';
import { LiveWsGateway } from '../src/inbound/live.ws.gateway.js';
import { toOrderUpdate } from '../src/outbound/order-mapping.js';
import { orderLive } from '../src/inbound/order.live.js';
import { LiveHubs, type LiveHub } from '../src/use-cases/live-hub.js';
import type { GatewayFixture } from './gateway-fixture.js';
import { StallingClient } from './stalling-client.js';

/** What the gateway under test may hold for one client; a message, and what engine.io and ws have, come on top. */
export const bufferBytes = 512 * 1024;
export const onTopBytes = 72 * 1024;
const orders = 40;
const roundSize = 20;
/** Rounds once the kernel takes no more for the stalled client. */
const roundsAfter = 30;
const patience = { timeout: 30_000, interval: 5 };
const padding = 'x'.repeat(6000);

/** Rule 37, with a client that really stops reading, beside one that does not. @throws RuleBroken */
export async function slowClientsAreConflated(gateway: GatewayFixture): Promise<void> {
  const customerId = `c-${crypto.randomUUID()}`;
  const traffic = new Traffic(gateway, customerId, orders);
  const slow = new StallingClient(gateway.live(await gateway.token(customerId)).socket);
  const quick = new StallingClient(gateway.live(await gateway.token(customerId)).socket);
  try {
    await Promise.all([slow.follow(), quick.follow()]);
    await stallUnderLoad(traffic, slow, quick);
    slow.read();
    await arrived(traffic, slow, () => slow.updates);
    judge(slow.updates, traffic.changes);
    const before = slow.updates.length;
    await stallUnderLoad(traffic, slow, quick);
    const cut = new Promise<void>((resolve) =>
      slow.socket.on('order.updated', ({ conflated }) => conflated && resolve()),
    );
    slow.read();
    await cut;
    slow.close();
    if (slow.updates.length === before) broken('nothing came after the stall');
    const again = new StallingClient(gateway.live(await gateway.token(customerId)).socket);
    await again.follow(slow.updates.at(-1)!.cursor);
    const all = () => [...slow.updates, ...again.updates];
    await arrived(traffic, again, all).finally(() => again.close());
    judge(all(), traffic.changes, slow.updates.length);
  } finally {
    slow.close();
    quick.close();
  }
}

/** Changes of the orders of one customer, committed and announced. */
export class Traffic {
  readonly #gateway: GatewayFixture;
  readonly #hub: LiveHub;
  readonly #orderIds: Promise<readonly string[]>;
  readonly latest = new Map<string, number>();
  changes = 0;

  constructor(
    gateway: GatewayFixture,
    readonly customerId: string,
    count: number,
  ) {
    this.#gateway = gateway;
    this.#hub = gateway.gateway.app.get(LiveHubs).of(orderLive);
    const caller = { customerId, roles: [], token: '', expiresAt: Infinity };
    const place = async () => {
      const idempotencyKey = crypto.randomUUID();
      const lines = [{ sku: 'CUP', quantity: 1 }];
      return (await gateway.orders.placeOrder({ idempotencyKey, lines }, caller)).order.orderId;
    };
    this.#orderIds = Promise.all(Array.from({ length: count }, place));
  }

  async round(count: number): Promise<void> {
    const orderIds = await this.#orderIds;
    for (let one = 0; one < count; one += 1) {
      const orderId = orderIds[this.changes % orderIds.length]!;
      const status = OrderStatus.ORDER_STATUS_CONFIRMED;
      const update = this.#gateway.orders.change(orderId, status, padding);
      this.latest.set(orderId, update.version);
      this.changes += 1;
      this.#hub.updated(toOrderUpdate(update));
    }
  }

  /** What waits in the gateway for the client that it holds most for. */
  get waitingBytes(): number {
    return this.#gateway.gateway.app.get(LiveWsGateway).waitingBytes(this.customerId)[0] ?? 0;
  }
}

async function stallUnderLoad(
  traffic: Traffic,
  slow: StallingClient,
  quick: StallingClient,
): Promise<void> {
  slow.stall();
  let stuckFor = 0;
  while (stuckFor < roundsAfter) {
    await traffic.round(roundSize);
    await vi.waitFor(() => {
      if (quick.updates.length < traffic.changes) throw new Error('the quick client lags');
    }, patience);
    if (traffic.waitingBytes > bufferBytes + onTopBytes) {
      broken(`more than ${bufferBytes} bytes wait for a client that does not read`);
    }
    if (stuckFor > 0 || traffic.waitingBytes > 0) stuckFor += 1;
  }
  if (quick.updates.some((update) => update.conflated)) broken('a quick client was conflated');
}

/** The latest state of every order has come, or never will: nothing waits, and what is sent now has come. */
async function arrived(
  traffic: Traffic,
  client: StallingClient,
  updates: () => StallingClient['updates'],
): Promise<void> {
  const lacking = () => {
    const seen = new Map(updates().map((update) => [update.orderId, update.version]));
    return [...traffic.latest].filter(([id, version]) => seen.get(id) !== version).length;
  };
  await vi.waitFor(() => {
    if (lacking() > 0 && traffic.waitingBytes > 0) throw new Error('not yet');
  }, patience);
  await client.socket
    .timeout(30_000)
    .emitWithAck('unsubscribe', { feed: 'stock' })
    .catch(() => broken('a client whose orders fit in was cut off'));
  if (lacking() > 0) broken(`the latest state of ${lacking()} orders did not come`);
}

/** What came is in order, once, and what did not come was left out on purpose. */
function judge(updates: StallingClient['updates'], changes: number, resumedAt = Infinity): void {
  const told = updates.reduce((sum, { skipped = 0 }) => sum + 1 + skipped, 0);
  if (told !== changes) broken(`${changes - told} updates were neither sent nor told of`);
  if (updates.length === changes) broken('nothing was conflated');
  const seen = new Map<string, number>();
  updates.forEach(({ orderId, version, conflated }, index) => {
    // Every order was placed, version 1, before the client subscribed.
    const next = (seen.get(orderId) ?? 1) + 1;
    if (version < next) broken('an update came after a later one of its order, or twice');
    if (version > next && !conflated && index < resumedAt) broken('versions are missing unsaid');
    seen.set(orderId, version);
  });
}

function broken(reason: string): never {
  throw new RuleBroken(37, reason);
}
