import { randomUUID } from 'node:crypto';
import type { OrderUpdate } from '@mesh/contracts/order';
import { Clients, type Delivered } from './edge/clients.js';
import { Gateway } from './edge/gateway.js';
import { MeasuredProcess } from './edge/measured-process.js';
import { OrderService } from './edge/order-service.js';
import type { BenchOptions } from './options.js';
import { plotBars, type Bar } from './plot.js';
import { Servers } from './servers.js';
import { printTable } from './table.js';

/** Updates are announced so often, those of the time since together. */
const BEAT_MS = 20;

/** What clients are connected to. */
interface Target {
  readonly name: string;
  readonly url: string;
  readonly process: MeasuredProcess;
  announce(updates: readonly OrderUpdate[]): Promise<void>;
}

/** What each client watches: its own orders, once a second; or all of them one order of one customer. */
type Scene = 'own' | 'hot';

interface Result extends Delivered {
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly heapKb: number;
  readonly rssKb: number;
}

/** One gateway and many clients, against socket.io alone under the same schedule of updates. */
export async function fanOut({ seconds, clients }: BenchOptions): Promise<void> {
  for (const scene of ['own', 'hot'] as const) {
    for (const size of clients) {
      await Servers.use(async (servers) => {
        const orders = await OrderService.start();
        const results = new Map<string, Result>();
        for (const start of [startRaw, startGateway]) {
          const { target, token } = await start(servers, orders);
          const customers = Array.from({ length: size }, () => randomUUID());
          const watched = scene === 'own' ? customers : customers.fill(randomUUID());
          const tokens = new Map<string, string>();
          for (const customer of new Set(watched)) tokens.set(customer, await token(customer));
          results.set(
            target.name,
            await measure({ ...{ target, orders, scene, seconds }, customers: watched, tokens }),
          );
          await target.process.kill();
        }
        await print(scene, size, results);
      });
    }
  }
}

async function measure(options: {
  readonly target: Target;
  readonly orders: OrderService;
  readonly scene: Scene;
  readonly seconds: number;
  readonly customers: readonly string[];
  readonly tokens: ReadonlyMap<string, string>;
}): Promise<Result> {
  const { target, orders, scene, seconds, customers, tokens } = options;
  const clients = new Clients();
  const [hot = ''] = customers;
  const orderIds = new Map([...tokens.keys()].map((customer) => [customer, randomUUID()]));
  const change = (customer: string) => orders.change(customer, orderIds.get(customer) ?? '');
  const first = change(hot);
  const before = await target.process.memory();
  await clients.connect({
    ...{ url: target.url, clock: 'reason' },
    tokens: customers.map((customer) => tokens.get(customer) ?? ''),
    request: scene === 'own' ? { feed: 'orders' } : { orderId: first.orderId, afterVersion: 1 },
  });
  const after = await target.process.memory();
  const beat = scene === 'own' ? customers : [hot];
  // Warm, and connections made long ago.
  await updateAll({ target, seconds: 3, beat, change });
  await clients.report();
  const cpuBefore = target.process.cpuMs;
  const from = performance.now();
  await updateAll({ target, seconds, beat, change });
  const delivered = await settled(clients, seconds * customers.length);
  const tookMs = performance.now() - from;
  const cpuMs = target.process.cpuMs - cpuBefore;
  await clients.stop();
  return {
    ...delivered,
    perSecond: (delivered.count * 1000) / tookMs,
    cpuMicros: (cpuMs * 1000) / delivered.count,
    heapKb: (after.heapBytes - before.heapBytes) / customers.length / 1024,
    rssKb: (after.rssBytes - before.rssBytes) / customers.length / 1024,
  };
}

/** Each of `beat` changes once a second, evenly spread. */
async function updateAll({
  target,
  seconds,
  beat,
  change,
}: {
  readonly target: Target;
  readonly seconds: number;
  readonly beat: readonly string[];
  change(customer: string): OrderUpdate;
}): Promise<void> {
  const total = seconds * beat.length;
  const from = performance.now();
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, ((performance.now() - from) / 1000) * beat.length);
    const updates: OrderUpdate[] = [];
    for (; sent < due; sent += 1) updates.push(change(beat[sent % beat.length] ?? ''));
    if (updates.length > 0) await target.announce(updates);
    await new Promise((next) => setTimeout(next, BEAT_MS));
  }
}

/** What came, once all of it has or nothing more does. */
async function settled(clients: Clients, expected: number): Promise<Delivered> {
  let sum: Delivered = await clients.report();
  for (let last = -1; sum.count < expected && sum.count !== last;) {
    last = sum.count;
    await new Promise((next) => setTimeout(next, 250));
    const more = await clients.report();
    // Late ones are few; their percentiles say less than those of the bulk.
    sum = { ...sum, count: sum.count + more.count };
  }
  return sum;
}

interface Started {
  readonly target: Target;
  token(customer: string): Promise<string>;
}

async function startRaw(): Promise<Started> {
  const process = MeasuredProcess.ofFile('raw-live.main.ts');
  const url = await process.told<string>('url');
  return {
    target: {
      ...{ name: 'raw socket.io', url, process },
      announce: async (updates) => {
        const cursor = 'c'.repeat(48);
        process.send({
          updates: updates.map((update) => ({ ...update, status: 'CONFIRMED', cursor })),
        });
      },
    },
    token: async (customer) =>
      `h.${Buffer.from(JSON.stringify({ sub: customer })).toString('base64url')}.s`,
  };
}

async function startGateway(servers: Servers, orders: OrderService): Promise<Started> {
  const gateway = await Gateway.start(servers, orders);
  return {
    target: {
      ...{ name: 'our gateway', url: gateway.url, process: gateway.process },
      announce: (updates) => gateway.announce(updates),
    },
    token: (customer) => gateway.token(customer),
  };
}

async function print(
  scene: Scene,
  size: number,
  results: ReadonlyMap<string, Result>,
): Promise<void> {
  const what = scene === 'own' ? 'an order of its own each' : 'one order for all';
  const title = `fan-out: ${size} clients, ${what}, one update a second`;
  const raw = [...results.values()][0];
  const bars: Bar[] = [];
  const rows = [...results].map(([name, result]) => {
    bars.push({ name, value: result.perSecond });
    return [
      ...[name, result.perSecond.toFixed(0)],
      result === raw ? '' : `${((result.perSecond / (raw?.perSecond ?? NaN)) * 100).toFixed(0)}%`,
      ...[
        result.cpuMicros.toFixed(1),
        `${result.p50.toFixed(1)} ms`,
        `${result.p99.toFixed(1)} ms`,
      ],
      ...[result.heapKb.toFixed(1), result.rssKb.toFixed(1), String(result.connected)],
    ];
  });
  const head = [
    'delivered/s',
    'ratio',
    'CPU µs each',
    'p50',
    'p99',
    'heap kB',
    'RSS kB',
    'connected',
  ];
  printTable(title, [['', ...head], ...rows]);
  await plotBars(title, 'delivered/s', bars);
}
