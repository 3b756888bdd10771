import { randomUUID } from 'node:crypto';
import { Gateway } from './edge/gateway.js';
import { MeasuredProcess } from './edge/measured-process.js';
import { OrderService } from './edge/order-service.js';
import type { BenchOptions } from './options.js';
import { plotBars, type Bar } from './plot.js';
import { Servers } from './servers.js';
import { printTable } from './table.js';

/** Updates that each client misses while there is no gateway. */
const MISSED = 3;

export interface Watching {
  readonly url: string;
  readonly tokens: readonly string[];
  /** All watch this order; without one, each its own feed. */
  readonly order?: string;
}

/** The gateway is killed under clients that have cursors, orders change, and it is started again. */
export async function reconnect({ clients: sizes }: BenchOptions): Promise<void> {
  const rows: string[][] = [];
  const bars: Bar[] = [];
  for (const size of sizes) {
    for (const shared of [false, true]) {
      const name = `${size} clients, ${shared ? 'one order for all' : 'a feed each'}`;
      const { upMs, caughtUpMs, reads, repeated } = await storm(size, shared);
      const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
      rows.push([name, seconds(upMs), seconds(caughtUpMs), String(reads), String(repeated)]);
      bars.push({ name, value: caughtUpMs / 1000 });
    }
  }
  printTable('reconnect: a gateway killed with SIGKILL and started again', [
    ['', 'gateway ready', 'then all caught up', 'history reads', 'repeated'],
    ...rows,
  ]);
  await plotBars('reconnect: until all have caught up', 's', bars);
}

interface Storm {
  /** From its start to its readiness. */
  readonly upMs: number;
  /** From there. */
  readonly caughtUpMs: number;
  /** Calls of the order service by the new gateway. */
  readonly reads: number;
  readonly repeated: number;
}

async function storm(size: number, shared: boolean): Promise<Storm> {
  let result: Storm | undefined;
  await Servers.use(async (servers) => {
    const orders = await OrderService.start();
    const gateway = await Gateway.start(servers, orders);
    const customers = Array.from({ length: shared ? 1 : size }, (): string => randomUUID());
    const orderOf = new Map(customers.map((customer) => [customer, randomUUID()]));
    const changeAll = () =>
      customers.map((customer) => orders.change(customer, orderOf.get(customer) ?? ''));
    changeAll();
    const tokens = await Promise.all(customers.map((customer) => gateway.token(customer)));
    const watchers = MeasuredProcess.ofFile('returning.main.ts');
    servers.before(() => watchers.kill());
    await watchers.told('ready');
    const watch: Watching = {
      url: gateway.url,
      tokens: Array.from({ length: size }, (_, n) => tokens[n % tokens.length] ?? ''),
      ...(shared && { order: orderOf.get(customers[0] ?? '') ?? '' }),
    };
    watchers.send({ watch });
    await watchers.told('watching');
    await gateway.kill();
    for (let n = 0; n < MISSED; n += 1) changeAll();
    orders.calls.clear();
    const caughtUp = watchers.told<{ readonly repeated: number }>('caughtUp');
    watchers.send({ expect: MISSED * size });
    const from = performance.now();
    await gateway.startAgain();
    const up = performance.now();
    const { repeated } = await caughtUp;
    result = {
      ...{ upMs: up - from, caughtUpMs: performance.now() - up, repeated },
      reads: [...orders.calls.values()].reduce((sum, calls) => sum + calls, 0),
    };
  });
  if (result === undefined) throw new Error('The storm was not measured');
  return result;
}
