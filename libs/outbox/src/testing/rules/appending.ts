import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import type { Transaction } from 'kysely';
import { inTransaction } from '../../in-transaction.js';
import type { OpenTransaction } from '../../open-transaction.js';
import type { RelayRule } from '../relay-rule.js';
import type { Tables } from '../relay-setting.js';

const data = { gauge: 'gauge-1', level: 0, version: 1, occurredAt: undefined };

export const rollbackLeavesNothing: RelayRule = {
  number: 19,
  title: 'after a rollback nothing is published but what commits next',
  async check(run) {
    const setting = await run.open();
    await run.relay(setting);
    const rollback = setting.db.transaction().execute(async (tx) => {
      await setting.change(tx, 'gauge-1');
      throw new Error('rolled back');
    });
    await rollback.catch(() => undefined);
    await setting.commitChange('gauge-1');
    const { published } = setting.publisher;
    await run.judge.until(
      () => published.length > 0,
      () => 'what was committed was not published',
    );
    const versions = setting.publisher.versions().get('gauge-1')?.join();
    run.judge.require(versions === '1', `published are the versions ${versions} instead of 1`);
  },
};

export const outsideIsRefused: RelayRule = {
  number: 19,
  title: 'appending to a database handle or to an ended transaction is refused',
  async check(run) {
    const setting = await run.open();
    let ended: Transaction<Tables> | undefined;
    await setting.db.transaction().execute(async (tx) => void (ended = tx));
    const outside = [setting.db as unknown as OpenTransaction, ended as OpenTransaction];
    for (const tx of outside) {
      const appended = setting.outbox.append(tx, GaugeChanged, data).then(
        () => 'done',
        ({ code }) => String(code),
      );
      const outcome = await appended;
      run.judge.require(outcome === 'OUTSIDE_TRANSACTION', `appending outside was ${outcome}`);
    }
  },
};

export const appendedTogetherKeepTheirOrder: RelayRule = {
  number: null,
  title: 'events that are appended at once are published in that order',
  async check(run) {
    const setting = await run.open();
    await run.relay(setting);
    const count = run.count({ light: 50, heavy: 500 });
    const appended = await inTransaction(setting.db, setting.outbox, (tx) =>
      setting.outbox.appendAll(
        tx,
        Array.from({ length: count }, (_, n) => GaugeChanged.with({ ...data, version: n + 1 })),
      ),
    );
    const { published } = setting.publisher;
    await run.judge.until(
      () => published.length >= count,
      () => `${count - published.length} of ${count} events were not published`,
    );
    const same = published.every(({ event }, index) => event.id === appended[index]?.id);
    run.judge.require(same && published.length === count, 'they were published in another order');
  },
};
