import { Customer } from '@mesh/tools/testing/customer';
import { Clients } from './edge/clients.js';
import { unlimited } from './edge/gateway.js';
import type { BenchOptions } from './options.js';
import { percentile } from './percentile.js';
import { plotBars } from './plot.js';
import { printTable } from './table.js';
import { withMesh } from './with-mesh.js';

const PER_SECOND = 200;
/** Orders that wait for their answer; then the load waits too, and the rate printed is lower. */
const MAX_WAITING = 400;

/** Orders at a fixed rate from customers who all watch their own: from the time in the update to a client's handler. */
export async function live(options: BenchOptions): Promise<void> {
  const { profile, seconds, clients: sizes } = options;
  for (const size of sizes) {
    await withMesh(
      options,
      async (mesh) => {
        const operator = await Customer.signIn(mesh.url, { roles: ['operator'] });
        const stock = await operator.allStock();
        for (const { sku } of stock) await operator.setStock(sku, 1_000_000);
        const customers: Customer[] = [];
        while (customers.length < size) customers.push(await Customer.signIn(mesh.url));
        const clients = new Clients();
        await clients.connect({
          ...{ url: mesh.url, request: { feed: 'orders' }, clock: 'occurredAt' },
          tokens: customers.map(({ token }) => token),
        });
        const place = (n: number) =>
          customers[n % size]!.place(stock[n % stock.length]?.sku ?? '', 1);
        await placeAll(3, place);
        await clients.report();
        const load = await placeAll(seconds, place);
        await new Promise((settled) => setTimeout(settled, 1_000));
        const delivered = await clients.report();
        await clients.stop();
        const title = `live: ${PER_SECOND} orders a second asked for, ${size} watching, ${profile}`;
        const ms = (value: number) => `${value.toFixed(1)} ms`;
        printTable(title, [
          ['', 'a second', 'p50', 'p99'],
          ['POST → 201', load.perSecond.toFixed(0), ms(load.p50), ms(load.p99)],
          [
            'commit → client',
            (delivered.count / seconds).toFixed(0),
            ms(delivered.p50),
            ms(delivered.p99),
          ],
        ]);
        console.log(`  refused or failed: ${load.failed}`);
        await plotBars(title, 'ms', [
          { name: 'POST → 201, p50', value: load.p50 },
          { name: 'POST → 201, p99', value: load.p99 },
          { name: 'commit → client, p50', value: delivered.p50 },
          { name: 'commit → client, p99', value: delivered.p99 },
        ]);
      },
      { ...unlimited, OTEL_SDK_DISABLED: 'true' },
    );
  }
}

/** Places orders on time, whether or not earlier ones are answered. */
async function placeAll(seconds: number, place: (n: number) => Promise<unknown>) {
  const took: number[] = [];
  const waiting = new Set<Promise<void>>();
  let failed = 0;
  const from = performance.now();
  const due = () => Math.floor(((performance.now() - from) / 1000) * PER_SECOND);
  for (let n = 0; performance.now() - from < seconds * 1000;) {
    for (; n < due() && waiting.size < MAX_WAITING; n += 1) {
      const began = performance.now();
      const placing: Promise<void> = place(n)
        .then(
          () => void took.push(performance.now() - began),
          () => void (failed += 1),
        )
        .finally(() => waiting.delete(placing));
      waiting.add(placing);
    }
    await new Promise((next) => setTimeout(next, 2));
  }
  const spent = performance.now() - from;
  await Promise.all(waiting);
  return {
    ...{ failed, perSecond: (took.length * 1000) / spent },
    ...{ p50: percentile(took, 0.5), p99: percentile(took, 0.99) },
  };
}
