import { PgLog, type LogEntry } from '@mesh/pg-log';
import { OUTBOX_SCHEMA, type OutboxLog } from '../outbox-log.js';
import { pollingRelay } from './polling-relay.js';
import type { RelayUnderTest } from './relay-under-test.js';

/** An outbox that counts the events of each key itself: what is rolled back was counted too. */
export const countingInMemory: RelayUnderTest = {
  ...pollingRelay,
  async open(database) {
    const store = await pollingRelay.open(database);
    const plain = new PgLog({ pool: database.pool, schema: OUTBOX_SCHEMA });
    const counts = new Map<string, number>();
    const counted = (entry: LogEntry): LogEntry => {
      const place = `${entry.stream}/${entry.key}`;
      const count = (counts.get(place) ?? 0) + 1;
      counts.set(place, count);
      const sequence = `${count}`.padStart(19, '0');
      return { ...entry, headers: { ...entry.headers, ce_sequence: sequence } };
    };
    const log: OutboxLog = {
      append: (executor, entries) => plain.append(executor, entries.map(counted)),
      wake: () => store.log.wake(),
    };
    return { ...store, log };
  },
};
