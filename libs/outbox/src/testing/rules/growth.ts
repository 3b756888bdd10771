import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import { inTransaction } from '../../in-transaction.js';
import type { RelayRule } from '../relay-rule.js';

const MiB = 1024 * 1024;
const KEYS = 100;
const A_TRANSACTION = 500;

export const publishedIsRemoved: RelayRule = {
  number: 27,
  title: 'what is published is removed: the table stays within its bound, however much passes',
  needs: 'table',
  deadlineMs: 180_000,
  async check(run) {
    const setting = await run.open();
    const relay = await run.relay(setting);
    const events = run.count({ light: 20_000, heavy: 1_000_000 });
    const most = run.count({ light: 6 * MiB, heavy: 64 * MiB });
    const retention = setting.store.retention?.(most / 2);
    if (retention === undefined) throw new Error(`${run.under.name} has a table and no retention`);
    let largest = 0;
    for (let first = 0; first < events; first += A_TRANSACTION) {
      await inTransaction(setting.db, setting.outbox, (tx) =>
        setting.outbox.appendAll(
          tx,
          Array.from({ length: A_TRANSACTION }, (_, n) =>
            GaugeChanged.with({
              ...{ gauge: `gauge-${(first + n) % KEYS}`, level: 1 },
              ...{ version: Math.floor((first + n) / KEYS) + 1, occurredAt: undefined },
            }),
          ),
        ),
      );
      await run.judge.until(
        async () => (await relay.backlog()).depth < 10 * A_TRANSACTION,
        () => 'the relay does not keep up',
      );
      await retention.run();
      largest = Math.max(largest, await retention.bytes());
      // Not kept here: a million of them.
      if (setting.publisher.published.length > 50_000) setting.publisher.forget();
    }
    await run.judge.until(
      async () => (await relay.backlog()).depth === 0,
      () => 'not everything was published',
    );
    await retention.run();
    const bytes = Math.max(largest, await retention.bytes());
    run.judge.require(bytes <= most, `the table grew to ${bytes} bytes, more than ${most}`);
  },
};
