import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import { JobCancelled } from '@mesh/contracts/catalog/probe';
import { sequenceOf } from '@mesh/envelope';
import type { Message } from '@mesh/messaging';
import { inTransaction } from '../../in-transaction.js';
import { overlap } from '../overlapping-producers.js';
import type { RelayRule } from '../relay-rule.js';

const changed = (gauge: string) =>
  GaugeChanged.with({ gauge, level: 0, version: 1, occurredAt: undefined });
const cancelled = (jobId: string) => JobCancelled.with(JobCancelled.schema.fromJSON({ jobId }));

export const eventsCarryTheirNumber: RelayRule = {
  number: null,
  title: 'each event carries its number within its stream and key, from 1 and without gaps',
  async check(run) {
    const setting = await run.open();
    await run.relay(setting);
    const together = [changed('MUG'), changed('gauge-1'), cancelled('MUG'), changed('MUG')];
    await inTransaction(setting.db, setting.outbox, (tx) => setting.outbox.appendAll(tx, together));
    const committed = await overlap(setting, run.count({ light: 200, heavy: 2000 }));
    const expected = together.length + [...committed.values()].reduce((sum, n) => sum + n, 0);
    const { published } = setting.publisher;
    await run.judge.until(
      () => published.length >= expected,
      () => `${expected - published.length} of ${expected} events were not published`,
    );
    for (const [place, messages] of Map.groupBy(published, placeOf)) {
      messages.forEach(({ event }, at) => {
        const { sequence } = event.extensions;
        const right = sequenceOf(event) === BigInt(at + 1) && String(sequence).length === 19;
        run.judge.require(right, `event ${at + 1} of ${place} carries the number ${sequence}`);
      });
    }
  },
};

const placeOf = ({ destination, key }: Message) => `${destination}/${key}`;
