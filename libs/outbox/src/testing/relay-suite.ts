import { StockChanged } from '@mesh/contracts/catalog';
import type { Kysely, Transaction } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../in-transaction.js';
import type { OpenTransaction } from '../open-transaction.js';
import { eventually } from './eventually.js';
import { overlap } from './overlapping-producers.js';
import { openSetting, type Setting, type Tables } from './setting.js';

/** A relay at work: what is under test, or a broken double of it. */
export interface RelayUnderTest {
  stop(): Promise<void>;
}

export interface RelaySuiteOptions {
  readonly name: string;
  /** Starts one that publishes what the setting's outbox appends to the setting's publisher. */
  readonly start: (setting: Setting) => Promise<RelayUnderTest>;
}

const data = { sku: 'sku-1', available: 0, version: 1, occurredAt: undefined };

/** What every outbox and its relay must pass; needs TEST_DATABASE_URL. */
export function relaySuite({ name, start }: RelaySuiteOptions): void {
  describe(`${name}: outbox and relay`, () => {
    let setting: Setting;
    let relay: RelayUnderTest;
    beforeEach(async () => {
      setting = await openSetting();
      relay = await start(setting);
    });
    afterEach(async () => {
      await relay.stop();
      await setting.close();
    });

    it('rule 19: given a rollback, when the next change commits, then only that one is published', async () => {
      const rollback = setting.db.transaction().execute(async (tx) => {
        await setting.change(tx, 'sku-1');
        throw new Error('no');
      });
      await expect(rollback).rejects.toThrow('no');
      await setting.commitChange('sku-1');
      await eventually(() => expect(setting.publisher.published).toHaveLength(1));
      expect(setting.publisher.versions()).toEqual(new Map([['sku-1', [1]]]));
    });

    it('given several events are appended at once, then they are published in that order', async () => {
      const versions = Array.from({ length: 50 }, (_, n) => n + 1);
      const appended = await inTransaction(setting.db, setting.outbox, (tx) =>
        setting.outbox.appendAll(
          tx,
          versions.map((version) => StockChanged.with({ ...data, version })),
        ),
      );
      await eventually(() => expect(setting.publisher.published).toHaveLength(50));
      expect(setting.publisher.versions()).toEqual(new Map([['sku-1', versions]]));
      expect(setting.publisher.published.map(({ event }) => event.id)).toEqual(
        appended.map(({ id }) => id),
      );
    });

    it('rule 19: refuses a database handle, by type and when it runs', async () => {
      // @ts-expect-error a handle is no transaction
      const handle: OpenTransaction = setting.db satisfies Kysely<Tables>;
      await expect(setting.outbox.append(handle, StockChanged, data)).rejects.toMatchObject({
        code: 'OUTSIDE_TRANSACTION',
        message:
          'Outbox.append needs the open Kysely transaction that makes the change; it was given a database handle',
      });
    });

    it('rule 19: refuses a transaction that has ended', async () => {
      let ended: Transaction<Tables> | undefined;
      await setting.db.transaction().execute(async (tx) => void (ended = tx));
      await expect(
        setting.outbox.append(ended as Transaction<Tables>, StockChanged, data),
      ).rejects.toMatchObject({
        code: 'OUTSIDE_TRANSACTION',
        message:
          'Outbox.append needs the open Kysely transaction that makes the change; this one has ended',
      });
    });

    it('rule 20: given overlapping producers, then publishing follows commit order by key and skips nothing', async () => {
      const verdict = await overlap(setting, { commits: 3000, patienceMs: 20_000 });
      expect(verdict).toMatchObject({ lost: 0, doubled: 0, disordered: 0 });
      expect(verdict.committed).toBeGreaterThan(2500);
      expect(setting.publisher.shared).toEqual([]);
    });

    it('rule 20: given a write transaction left open, then nobody waits for it', async () => {
      await setting.db.transaction().execute(async (bystander) => {
        await bystander.insertInto('note').values({ text: 'bystander' }).execute();
        await setting.commitChange('sku-1');
        await eventually(() => expect(setting.publisher.published).toHaveLength(1));
      });
    });
  });
}
