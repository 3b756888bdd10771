import type { TcpProxy } from '@mesh/tools/testing/tcp-proxy';
import { setTimeout as pause } from 'node:timers/promises';
import type { Rule } from '../rule.js';
import type { RuleRun } from '../rule-run.js';
import { Traffic } from '../traffic.js';

const LATENCY_MS = 50;
const NARROW_BYTES_PER_SECOND = 40_000;

/** Longer than the heartbeats and sessions of the transports that the adapters open. */
const HOLE_MS = { light: 3500, heavy: 30_000 };

export const slowNetworkLosesNothing: Rule = {
  number: null,
  title: `${LATENCY_MS} ms of latency, then a narrow network: nothing is lost, order by key holds`,
  ownServer: true,
  deadlineMs: 60_000,
  async check(run) {
    const { traffic, network, events } = await prepare(run, { light: 600, heavy: 6000 });
    network.delay(LATENCY_MS);
    await traffic.confirmedAtLeast(events / 3);
    await network.heal();
    network.limit(NARROW_BYTES_PER_SECOND);
    await traffic.confirmedAtLeast(events / 2);
    await network.heal();
    await traffic.delivered();
  },
};

export const resetsLoseNothing: Rule = {
  number: null,
  title: 'connections reset again and again: nothing is lost, order by key holds',
  ownServer: true,
  deadlineMs: 60_000,
  async check(run) {
    const resets = run.count({ light: 4, heavy: 20 });
    const { traffic, network, events } = await prepare(run, { light: 800, heavy: 8000 });
    for (let reset = 1; reset <= resets; reset += 1) {
      await traffic.confirmedAtLeast((events * reset) / (resets + 1));
      network.reset();
    }
    await traffic.delivered();
  },
};

export const blackHoleLosesNothing: Rule = {
  number: null,
  title:
    'a black hole for longer than the heartbeat, for all or for the open connections alone: nothing is lost, order by key holds',
  ownServer: true,
  deadlineMs: 90_000,
  async check(run) {
    const { traffic, network, events } = await prepare(run, { light: 600, heavy: 6000 });
    const holes = run.random.shuffle([false, true]).slice(0, run.count({ light: 1, heavy: 2 }));
    for (const [index, spareNew] of holes.entries()) {
      await traffic.confirmedAtLeast((events * (index + 1)) / 4);
      network.blackHole({ spareNew });
      await pause(run.count(HOLE_MS));
      await network.heal();
    }
    await traffic.delivered();
  },
};

export const latePacketsLoseNothing: Rule = {
  number: null,
  title:
    'packets that arrive when the sender has given them up: nothing is lost, order by key holds',
  ownServer: true,
  deadlineMs: 90_000,
  async check(run) {
    const { traffic, network, events } = await prepare(run, { light: 600, heavy: 6000 });
    const directions = ['both', 'to-server', 'to-client'] as const;
    const holds = run.random.shuffle(directions).slice(0, run.count({ light: 1, heavy: 3 }));
    for (const [index, direction] of holds.entries()) {
      await traffic.confirmedAtLeast((events * (index + 1)) / 4);
      network.hold({ direction, spareNew: true });
      await pause(run.count(HOLE_MS));
      await network.heal();
    }
    await traffic.delivered();
  },
};

interface Prepared {
  readonly traffic: Traffic;
  readonly network: TcpProxy;
  readonly events: number;
}

async function prepare(
  run: RuleRun,
  counts: { readonly light: number; readonly heavy: number },
): Promise<Prepared> {
  const server = await run.ownServer();
  const { network } = server;
  if (network === undefined) throw new Error(`${run.under.name} has no network to break`);
  const events = run.count(counts);
  const publishers = run.count({ light: 10, heavy: 40 });
  const traffic = await Traffic.prepare(run, { server, events, publishers });
  await traffic.consume();
  await traffic.publish();
  return { traffic, network, events };
}
