import { partitionOf } from '@mesh/pg-log/testing';
import { inTransaction } from '../../in-transaction.js';
import { complete } from '../complete.js';
import type { RelayRule } from '../relay-rule.js';

const PARTITIONS = 16;
const KEYS = 12;
const PRODUCERS = 12;

export const collidingKeysNeverDeadlock: RelayRule = {
  number: 26,
  title: 'keys whose hashes collide, appended and relayed at once by many: no deadlock',
  deadlineMs: 150_000,
  async check(run) {
    const setting = await run.open();
    const { publisher } = setting;
    const deadlocks: string[] = [];
    const watch = (error: Error) => {
      if ('code' in error && error.code === '40P01') deadlocks.push(error.message);
    };
    for (let replica = 0; replica < 3; replica += 1) {
      const { store } = await run.open(setting.url);
      const relay = await store.start({ publisher, hooks: { failed: watch } });
      run.atEnd(() => relay.stop());
    }
    const keys = collidingKeys();
    const committed = new Map<string, number>();
    const rounds = run.count({ light: 12, heavy: 250 });
    await Promise.all(
      Array.from({ length: PRODUCERS }, async (_, producer) => {
        const random = run.random.fork(`producer ${producer}`);
        for (let round = 0; round < rounds; round += 1) {
          // Aggregates are locked in one order, as a service has to; keys begin anywhere in it.
          const some = keys.slice(random.between(0, KEYS - 4));
          await inTransaction(setting.db, setting.outbox, async (tx) => {
            for (const key of some) await setting.change(tx, key);
          }).catch(watch);
          for (const key of some) committed.set(key, (committed.get(key) ?? 0) + 1);
        }
      }),
    );
    run.judge.require(deadlocks.length === 0, `${deadlocks.length} deadlocks`);
    await complete(run, () => publisher.versions(), committed);
  },
};

function collidingKeys(): string[] {
  const keys: string[] = [];
  for (let n = 0; keys.length < KEYS; n += 1) {
    const key = `gauge-${String(n).padStart(6, '0')}`;
    if (partitionOf(key, PARTITIONS) === 3) keys.push(key);
  }
  return keys;
}
