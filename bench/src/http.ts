import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';
import { Gateway } from './edge/gateway.js';
import { MeasuredProcess } from './edge/measured-process.js';
import { OrderService } from './edge/order-service.js';
import type { BenchOptions } from './options.js';
import { percentile } from './percentile.js';
import { plotBars, type Bar } from './plot.js';
import { Servers } from './servers.js';
import { printTable } from './table.js';

const CONNECTIONS = 16;
const body = JSON.stringify({ lines: [{ sku: 'COFFEE-1KG', quantity: 2 }] });

interface Server {
  readonly name: string;
  readonly url: string;
  readonly process: MeasuredProcess;
}

interface Sample {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

/**
 * Calls through the gateway, against fastify alone that makes the same gRPC call of the same order service: once without
 * a look at token and body, once with.
 */
export async function http({ seconds, rounds }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const orders = await OrderService.start();
    const gateway = await Gateway.start(servers, orders);
    const fastify = async (name: string, ...args: string[]): Promise<Server> => {
      const process = MeasuredProcess.ofFile('bare-http.main.ts', [orders.address, ...args]);
      servers.before(() => process.kill());
      return { name, url: await process.told<string>('url'), process };
    };
    const all: readonly Server[] = [
      await fastify('bare fastify'),
      await fastify('with token and body checked', gateway.keyFile),
      { name: 'our gateway', url: gateway.url, process: gateway.process },
    ];
    const token = await gateway.token('bench');
    for (const [title, call] of calls(token)) {
      const samples = new Map<Server, Sample[]>(all.map((server) => [server, []]));
      for (let round = 0; round <= rounds; round += 1) {
        for (const server of round % 2 === 0 ? all : all.toReversed()) {
          const sample = await load(server, call, seconds);
          if (round > 0) samples.get(server)?.push(sample);
        }
      }
      await print(`http: ${title}, ${CONNECTIONS} connections`, samples);
    }
  });
}

function calls(token: string): [string, autocannon.Request][] {
  const authorization = `Bearer ${token}`;
  const order: autocannon.Request = {
    ...({ method: 'GET', path: '/v1/orders/bench-order' } as const),
    headers: { authorization },
  };
  const place: autocannon.Request = {
    ...({ method: 'POST', path: '/v1/orders', body } as const),
    setupRequest: (request: autocannon.Request) => ({
      ...request,
      headers: {
        ...{ authorization, 'content-type': 'application/json' },
        'idempotency-key': randomUUID(),
      },
    }),
  };
  return [
    ['GET /v1/orders/{id}', order],
    ['POST /v1/orders', place],
  ];
}

async function load(
  { name, url, process }: Server,
  request: autocannon.Request,
  duration: number,
): Promise<Sample> {
  const before = process.cpuMs;
  const result = await autocannon({ url, connections: CONNECTIONS, duration, requests: [request] });
  const done = result['2xx'];
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${name}: ${result.non2xx} refusals, ${result.errors} errors, ${done} answers`);
  }
  return {
    perSecond: done / result.duration,
    cpuMicros: ((process.cpuMs - before) * 1000) / done,
  };
}

async function print(
  title: string,
  samples: ReadonlyMap<Server, readonly Sample[]>,
): Promise<void> {
  const [base = []] = [...samples.values()];
  const bars: Bar[] = [];
  const rows = [...samples].map(([{ name }, taken]) => {
    const ratios = taken.map(({ cpuMicros }, n) => cpuMicros / (base[n]?.cpuMicros ?? NaN));
    const cpu = percentile(
      taken.map(({ cpuMicros }) => cpuMicros),
      0.5,
    );
    const rate = percentile(
      taken.map(({ perSecond }) => perSecond),
      0.5,
    );
    bars.push({ name, value: cpu });
    const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    const ratio = taken === base ? ['', ''] : [percentile(ratios, 0.5).toFixed(2), range];
    return [name, rate.toFixed(0), cpu.toFixed(0), ...ratio];
  });
  printTable(title, [['', 'answers/s', 'CPU µs each', 'CPU ratio', 'range'], ...rows]);
  await plotBars(title, 'CPU µs an answer', bars);
}
