import { setTimeout as pause } from 'node:timers/promises';
import { openBrokerLog, type BrokerLog } from '../broker-log.js';
import { startRelayProcess, type RelayProcess } from '../relay-process.js';
import type { RelayRule } from '../relay-rule.js';
import type { RelayRun } from '../relay-run.js';
import type { RelaySetting } from '../relay-setting.js';
import { relaySteps, type RelayProcessOptions } from '../relay-steps.js';
import { verdictOf } from '../relay-verdict.js';

const LEASE_MS = 1000;
const KEYS = 6;

export const sigkillAtEachStep: RelayRule = {
  number: 22,
  title: 'killed with SIGKILL at each step: nothing lost, order kept, at most repeats',
  ownProcess: true,
  deadlineMs: 120_000,
  async check(run) {
    const scene = await openScene(run);
    const rounds = run.count({ light: 1, heavy: 5 });
    for (let round = 0; round < rounds; round += 1) {
      for (const step of relaySteps) {
        const relay = scene.start({ halt: { step, haltMs: 60_000 } });
        await run.judge.inTime(relay.halted, () => `no relay came to "${step}"`);
        await relay.kill();
      }
    }
    scene.start();
    await scene.settle();
  },
};

export const pausedPastItsLease: RelayRule = {
  number: 22,
  title: 'stopped past its lease with SIGSTOP and continued: nothing lost, order kept',
  ownProcess: true,
  deadlineMs: 120_000,
  async check(run) {
    const scene = await openScene(run);
    for (const step of ['published', 'before the cursor moves'] as const) {
      const paused = scene.start({ halt: { step, haltMs: 3000 } });
      await run.judge.inTime(paused.halted, () => `no relay came to "${step}"`);
      paused.freeze();
      const other = scene.start();
      await scene.moreThan(200);
      paused.thaw();
      // Both work now, and the one that was away has the more to learn.
      await scene.moreThan(200);
      await other.kill();
      await scene.moreThan(50);
      await paused.kill();
    }
    scene.start();
    await scene.settle();
  },
};

interface Scene {
  start(options?: Partial<RelayProcessOptions>): RelayProcess;
  /** Waits until the broker has so many more events than now. */
  moreThan(events: number): Promise<void>;
  /** Ends the producers, waits for everything, and judges it. */
  settle(): Promise<void>;
}

/** Producers at work on a service's database, and a broker to relay to. */
async function openScene(run: RelayRun): Promise<Scene> {
  const setting = await run.open();
  const broker = await openBrokerLog();
  run.atEnd(() => broker.close());
  const committed = new Map<string, number>();
  const producers = produce(setting, committed);
  run.atEnd(() => producers.stop());
  const count = () => [...broker.versions.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    start(options = {}) {
      const { url } = setting;
      const main = run.under.process ?? '';
      const relay = startRelayProcess(main, {
        url,
        broker: broker.url,
        leaseMs: LEASE_MS,
        ...options,
      });
      run.atEnd(() => relay.kill());
      return relay;
    },
    async moreThan(events) {
      const goal = count() + events;
      await run.judge.until(
        () => count() >= goal,
        () => `${goal - count()} of ${events} events did not come`,
      );
    },
    async settle() {
      await producers.stop();
      await complete(run, broker, committed);
    },
  };
}

function produce(setting: RelaySetting, committed: Map<string, number>) {
  let stopped = false;
  const loop = (async () => {
    for (let turn = 0; !stopped; turn += 1) {
      const sku = `sku-${turn % KEYS}`;
      committed.set(sku, await setting.commitChange(sku));
      await pause(2);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await loop;
    },
  };
}

async function complete(run: RelayRun, broker: BrokerLog, committed: ReadonlyMap<string, number>) {
  const lost = () => verdictOf(broker.versions, committed).lost;
  await run.judge.until(
    () => lost() === 0,
    () => `${lost()} events were lost`,
  );
  const { disordered } = verdictOf(broker.versions, committed);
  run.judge.require(disordered === 0, `${disordered} events came after a later one of their key`);
}
