import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Customer, type Update } from '@mesh/tools/testing/customer';
import type { Mesh } from '@mesh/tools/testing/mesh';
import type { BenchOptions } from './options.js';
import { percentile } from './percentile.js';
import { printTable } from './table.js';
import { withMesh } from './with-mesh.js';

const WARM_UP = 50;
const SERVICES = ['gateway', 'order', 'inventory', 'notifications'] as const;

const ratio = (kept: string) => ({
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: kept,
});

/** What is sent, by the variables of OpenTelemetry. The first is what the others are measured against. */
const modes: readonly { readonly name: string; readonly env: Readonly<Record<string, string>> }[] =
  [
    { name: 'off', env: { OTEL_SDK_DISABLED: 'true' } },
    { name: 'metrics only', env: { OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' } },
    { name: 'metrics, logs, 1% of traces', env: ratio('0.01') },
    { name: 'metrics, logs, all traces', env: ratio('1') },
  ];

/** Orders that a mesh works off before it is another's turn. */
const TURN = 25;

/** Of one turn. */
interface Cost {
  readonly answered: readonly number[];
  readonly seen: readonly number[];
  /** Of the four services together, an order. */
  readonly cpuMs: number;
}

/**
 * What telemetry costs: the same orders, one at a time, through four meshes by turns, which send nothing, their metrics,
 * a few of their traces, and all, to a collector that takes everything and keeps nothing. Ratios are medians of those
 * of a round, so what else the machine does weighs on all alike.
 */
export async function telemetry(options: BenchOptions): Promise<void> {
  const sink = await openSink();
  try {
    await withMeshes(options, sink.url, modes, async (meshes) => {
      const customers = await Promise.all(meshes.map((mesh) => openCustomer(mesh)));
      for (const customer of customers) await customer.turn(WARM_UP);
      const costs = meshes.map((): Cost[] => []);
      for (let round = 0; round < Math.ceil(options.orders / TURN); round++)
        for (let turn = 0; turn < modes.length; turn++) {
          const at = (round + turn) % modes.length;
          costs[at]?.push(await customers[at]!.turn(TURN));
        }
      for (const customer of customers) customer.close();
      print(options, costs);
    });
  } finally {
    sink.close();
  }
}

/** One for each mode, all at once. */
async function withMeshes(
  options: BenchOptions,
  url: string,
  [mode, ...more]: typeof modes,
  work: (meshes: readonly Mesh[]) => Promise<void>,
  meshes: readonly Mesh[] = [],
): Promise<void> {
  if (mode === undefined) return work(meshes);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_METRIC_EXPORT_INTERVAL: '10000' };
  await withMesh(options, (mesh) => withMeshes(options, url, more, work, [...meshes, mesh]), {
    ...env,
    ...mode.env,
  });
}

/** A collector that is quick and remembers nothing. */
async function openSink(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Somebody who orders in a mesh and watches. */
async function openCustomer(mesh: Mesh) {
  const operator = await Customer.signIn(mesh.url, { roles: ['operator'] });
  const { sku } = await operator.anyStock();
  await operator.setStock(sku, 1_000_000);
  const customer = await Customer.signIn(mesh.url);
  const { socket } = customer.live();
  const confirmed = new Map<string, number>();
  let arrived = () => {};
  socket.on('order.updated', ({ status, orderId }: Update) => {
    if (status === 'CONFIRMED') confirmed.set(orderId, performance.now());
    arrived();
  });
  await socket.emitWithAck('subscribe', { feed: 'orders' });
  const place = async () => {
    const from = performance.now();
    const { orderId } = await customer.place(sku, 1);
    const answered = performance.now() - from;
    while (!confirmed.has(orderId)) await new Promise<void>((next) => (arrived = next));
    return { answered, seen: (confirmed.get(orderId) ?? NaN) - from };
  };
  return {
    async turn(orders: number): Promise<Cost> {
      const before = await cpuSeconds(mesh);
      const placed: Awaited<ReturnType<typeof place>>[] = [];
      for (let n = 0; n < orders; n++) placed.push(await place());
      const cpuMs = ((await cpuSeconds(mesh)) - before) * (1000 / orders);
      const [answered, seen] = [placed.map((one) => one.answered), placed.map((one) => one.seen)];
      return { answered, seen, cpuMs };
    },
    close: () => socket.close(),
  };
}

/** Of all services, since they started. */
async function cpuSeconds(mesh: Mesh): Promise<number> {
  const endpoints = mesh.endpoints();
  const each = SERVICES.map(async (service) => {
    const text = await (await fetch(`${endpoints[service]?.['management']}/metrics`)).text();
    const [, seconds] = /^process_cpu_seconds_total(?:\{[^}]*\})? (\S+)/m.exec(text) ?? [];
    return Number(seconds);
  });
  return (await Promise.all(each)).reduce((sum, seconds) => sum + seconds, 0);
}

function print({ profile, orders }: BenchOptions, costs: readonly (readonly Cost[])[]): void {
  const median = (numbers: readonly number[]) => percentile(numbers, 0.5);
  const base = costs[0] ?? [];
  const measures: readonly (readonly [string, (cost: Cost) => number])[] = [
    ['CPU an order', ({ cpuMs }) => cpuMs],
    ['201 p50', ({ answered }) => median(answered)],
    ['CONFIRMED p50', ({ seen }) => median(seen)],
  ];
  const rows = modes.map(({ name }, at) => [
    name,
    ...measures.flatMap(([, of]) => {
      const rounds = (costs[at] ?? []).map(of);
      const ratios = rounds.map((value, round) => value / of(base[round]!));
      return [`${median(rounds).toFixed(1)} ms`, `×${median(ratios).toFixed(2)}`];
    }),
    `${percentile(
      (costs[at] ?? []).flatMap(({ seen }) => seen),
      0.99,
    ).toFixed(0)} ms`,
  ]);
  const head = ['', ...measures.flatMap(([title]) => [title, 'ratio']), 'CONFIRMED p99'];
  printTable(`telemetry, ${profile}, ${orders} orders each, by turns of ${TURN}`, [head, ...rows]);
}
