import { Customer, type Update } from '@mesh/tools/testing/customer';
import type { BenchOptions } from './options.js';
import { percentile } from './percentile.js';
import { withMesh } from './with-mesh.js';

const WARM_UP = 50;

/** One order at a time: from the POST to `order.updated` CONFIRMED at a socket of the same process. */
export async function latency(options: BenchOptions): Promise<void> {
  await withMesh(options, async (mesh) => {
    const operator = await Customer.signIn(mesh.url, { roles: ['operator'] });
    const { sku } = await operator.anyStock();
    await operator.setStock(sku, 100_000);
    const customer = await Customer.signIn(mesh.url);
    const { socket } = customer.live();
    const confirmed = new Map<string, number>();
    let arrived = () => {};
    socket.on('order.updated', (update: Update) => {
      if (update.status !== 'CONFIRMED') return;
      confirmed.set(update.orderId, performance.now());
      arrived();
    });
    await socket.emitWithAck('subscribe', { feed: 'orders' });
    const answered: number[] = [];
    const seen: number[] = [];
    for (let n = 0; n < WARM_UP + options.orders; n++) {
      const from = performance.now();
      const { orderId } = await customer.place(sku, 1);
      const accepted = performance.now() - from;
      while (!confirmed.has(orderId)) await new Promise<void>((next) => (arrived = next));
      if (n < WARM_UP) continue;
      answered.push(accepted);
      seen.push((confirmed.get(orderId) ?? NaN) - from);
    }
    socket.close();
    console.log(`latency, ${options.profile}, ${options.orders} orders one at a time`);
    for (const [what, sample] of [
      ['place → HTTP 201', answered],
      ['place → CONFIRMED at the browser client', seen],
    ] as const)
      console.log(
        `  ${what.padEnd(42)} p50 ${percentile(sample, 0.5).toFixed(1)} ms, p99 ${percentile(sample, 0.99).toFixed(1)} ms`,
      );
  });
}
