import { readFileSync } from 'node:fs';
import { Customer } from '@mesh/tools/testing/customer';
import type { Mesh } from '@mesh/tools/testing/mesh';
import { Clients } from './edge/clients.js';
import { unlimited } from './edge/gateway.js';
import type { BenchOptions } from './options.js';
import { percentile } from './percentile.js';
import { printTable } from './table.js';
import { withMesh } from './with-mesh.js';

/** Each is placed and confirmed: two changes. */
const ORDERS_PER_SECOND = 40;
const USER_HZ = 100;
const concerned = ['order', 'notifications', 'gateway'] as const;

const ways = ['amqp', 'grpc'] as const;

interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU of the concerned services in their order, ms an update. */
  readonly cpu: readonly number[];
}

/**
 * Updates of orders announced through the broker against one gRPC stream to the order service, by turns:
 * from the time in the update to a client's handler, and the CPU of the three services that they pass.
 */
export async function updates(options: BenchOptions): Promise<void> {
  for (const size of options.clients) {
    const taken = { amqp: [] as Measured[], grpc: [] as Measured[] };
    for (let round = 0; round < options.rounds; round++)
      for (const from of round % 2 === 0 ? ways : ways.toReversed())
        await withMesh(
          options,
          async (mesh) => void taken[from].push(await measured(mesh, size, options.seconds)),
          { ...unlimited, OTEL_SDK_DISABLED: 'true', LIVE_UPDATES_FROM: from },
        );
    const title = `updates: ${ORDERS_PER_SECOND} orders a second, ${size} customers watching, ${options.profile}`;
    printTable(`${title}, medians of ${options.rounds}`, [
      [
        ...['', 'updates a second', 'p50', 'p99', 'CPU an update'],
        ...concerned.map((service) => `of it ${service}`),
        'p50 against amqp, a round each',
      ],
      ...ways.map((from) => rowOf(from, taken)),
    ]);
  }
}

function rowOf(from: (typeof ways)[number], taken: Record<string, Measured[]>): string[] {
  const samples = taken[from] ?? [];
  const median = (of: (sample: Measured) => number) => percentile(samples.map(of), 0.5);
  const ms = (of: (sample: Measured) => number) => `${median(of).toFixed(2)} ms`;
  const ratios = samples.map(({ p50 }, n) => (p50 / (taken['amqp']?.[n]?.p50 ?? NaN)).toFixed(2));
  return [
    ...[from, median(({ perSecond }) => perSecond).toFixed(0), ms(({ p50 }) => p50)],
    ...[ms(({ p99 }) => p99), ms(({ cpu }) => cpu.reduce((sum, value) => sum + value, 0))],
    ...concerned.map((_service, i) => ms(({ cpu }) => cpu[i] ?? NaN)),
    from === 'amqp' ? '' : ratios.join(' '),
  ];
}

async function measured(mesh: Mesh, size: number, seconds: number): Promise<Measured> {
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
  const place = (n: number) => customers[n % size]!.place(stock[n % stock.length]?.sku ?? '', 1);
  await placeOnTime(3, place);
  await clients.report();
  const before = concerned.map((service) => cpuMs(mesh, service));
  await placeOnTime(seconds, place);
  const spent = concerned.map((service, i) => cpuMs(mesh, service) - (before[i] ?? NaN));
  const { count, p50, p99 } = await clients.report();
  await clients.stop();
  return { ...{ p50, p99 }, perSecond: count / seconds, cpu: spent.map((ms) => ms / count) };
}

/** Starts them on time, whether or not earlier ones are answered, and waits for all and what follows. */
async function placeOnTime(seconds: number, place: (n: number) => Promise<unknown>): Promise<void> {
  const placing: Promise<unknown>[] = [];
  const from = performance.now();
  for (let n = 0; n < seconds * ORDERS_PER_SECOND; n += 1) {
    const dueMs = (n * 1000) / ORDERS_PER_SECOND - (performance.now() - from);
    if (dueMs > 0) await new Promise((due) => setTimeout(due, dueMs));
    placing.push(place(n));
  }
  await Promise.all(placing);
  await new Promise((settled) => setTimeout(settled, 1000));
}

function cpuMs(mesh: Mesh, service: string): number {
  const stat = readFileSync(`/proc/${mesh.pidOf(service)}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / USER_HZ;
}
