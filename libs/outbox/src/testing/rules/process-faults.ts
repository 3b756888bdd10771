import { bundled } from '../bundled.js';
import { openBrokerLog } from '../broker-log.js';
import { complete } from '../complete.js';
import { startProducers } from '../producers.js';
import { startRelayProcess, type RelayProcess } from '../relay-process.js';
import type { RelayRule } from '../relay-rule.js';
import type { RelayRun } from '../relay-run.js';
import type { Verdict } from '../relay-verdict.js';
import { relaySteps, type RelayProcessOptions } from '../relay-steps.js';

const LEASE_MS = 1000;

export const sigkillAtEachStep: RelayRule = {
  number: 22,
  title: 'killed with SIGKILL at each step: nothing lost, order kept, at most repeats',
  ownProcess: true,
  deadlineMs: 180_000,
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
  deadlineMs: 180_000,
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

export const clocksMayDiffer: RelayRule = {
  number: 26,
  title: "time is the database's: replicas whose clocks differ by hours share the keys",
  ownProcess: true,
  deadlineMs: 180_000,
  async check(run) {
    const scene = await openScene(run);
    const replicas = [-2, 0, 2].map((hours) => scene.start({ clockOffsetMs: hours * 3_600_000 }));
    await Promise.all(replicas.map(({ relaying }) => relaying));
    await scene.moreThan(run.count({ light: 300, heavy: 3000 }));
    await Promise.all(replicas.map((replica) => replica.end()));
    scene.start();
    const { doubled } = await scene.settle();
    run.judge.require(doubled === 0, `${doubled} events were published again`);
  },
};

interface Scene {
  start(options?: Partial<RelayProcessOptions>): RelayProcess;
  /** Waits until the broker has so many more events than now. */
  moreThan(events: number): Promise<void>;
  /** Ends the producers, waits for everything, and judges it. */
  settle(): Promise<Verdict>;
}

/** Producers at work on a service's database, and a broker to relay to. */
async function openScene(run: RelayRun): Promise<Scene> {
  const main = await bundled(run.under.process ?? '');
  const setting = await run.open();
  const broker = await openBrokerLog();
  run.atEnd(() => broker.close());
  const producers = startProducers(setting);
  run.atEnd(() => producers.stop());
  const count = () => [...broker.versions.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    start(options = {}) {
      const { url } = setting;
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
      return complete(run, () => broker.versions, await producers.stop());
    },
  };
}
