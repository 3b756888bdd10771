import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import { PublishError, TransportError, type Message } from '@mesh/messaging';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inTransaction } from '../in-transaction.js';
import { eventually } from '../testing/eventually.js';
import { openSetting, type Setting } from '../testing/setting.js';
import { startRelay } from '../testing/start-relay.js';
import type { Relay } from './relay.js';

const versionOf = ({ event }: Message) =>
  GaugeChanged.schema.decode(event.data ?? new Uint8Array()).version;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('Relay', () => {
  let setting: Setting;
  let relay: Relay | undefined;
  beforeEach(async () => void (setting = await openSetting()));
  afterEach(async () => {
    await relay?.stop();
    relay = undefined;
    await setting.close();
  });
  const commit = async (gauge: string, count: number) => {
    for (let n = 0; n < count; n++) await setting.commitChange(gauge);
  };

  it('given a broker that is away, then appends succeed, and later everything comes in order', async () => {
    const { publisher } = setting;
    let away = true;
    let tries = 0;
    const failed = vi.fn();
    publisher.refuse = () => {
      if (!away) return;
      tries += 1;
      throw new TransportError('The broker is away');
    };
    relay = await startRelay(setting, { hooks: { failed } });
    await commit('gauge-1', 30);
    await eventually(() => expect(tries).toBeGreaterThan(3));
    expect((await relay.backlog()).depth).toBe(30);
    expect((await relay.backlog()).oldestAgeSeconds).toBeGreaterThan(0);
    away = false;
    await eventually(() => expect(publisher.published).toHaveLength(30));
    expect(publisher.versions()).toEqual(new Map([['gauge-1', upTo(30)]]));
    expect(failed).toHaveBeenCalledWith(
      expect.objectContaining({ message: 'The broker is away' }),
      1,
    );
    await eventually(async () =>
      expect(await relay?.backlog()).toEqual({ depth: 0, oldestAgeSeconds: 0 }),
    );
  });

  it('given the first event of a key refused, then later ones of that key wait and others go on', async () => {
    const { publisher } = setting;
    let refusals = 0;
    publisher.refuse = (messages, confirm) => {
      const refused = messages.filter(({ key }) => key === 'held');
      if (refused.length === 0 || ++refusals > 5) return;
      messages.filter((message) => !refused.includes(message)).forEach(confirm);
      throw new PublishError(
        'refused',
        refused.map((message) => messages.indexOf(message)),
      );
    };
    await commit('held', 3);
    for (const gauge of ['a', 'b', 'c', 'd', 'e']) await commit(gauge, 3);
    relay = await startRelay(setting);
    await eventually(() => expect(publisher.published.length).toBeGreaterThanOrEqual(18));
    expect(refusals).toBe(6);
    const gauges = ['held', 'a', 'b', 'c', 'd', 'e'];
    expect(publisher.versions()).toEqual(new Map(gauges.map((gauge) => [gauge, upTo(3)])));
    expect(publisher.published.map(({ key }) => key).indexOf('held')).toBe(15);
  });

  it('given an event that is too large, then it is in the dead letters with its reason and the rest goes on', async () => {
    const { publisher, pool } = setting;
    publisher.refuse = (messages) => {
      const index = messages.findIndex((m) => m.key === 'gauge-1' && versionOf(m) === 2);
      if (index === -1) return;
      const options = { code: 'MESSAGE_TOO_LARGE', retryable: false } as const;
      throw new PublishError('Message has 2000000 bytes', [index], options);
    };
    const parked = vi.fn();
    await commit('gauge-1', 3);
    relay = await startRelay(setting, { hooks: { parked } });
    await eventually(() => expect(publisher.versions().get('gauge-1')).toContain(3));
    expect(publisher.versions().get('gauge-1')).not.toContain(2);
    const { rows } = await pool.query('select * from mesh_outbox.dead_letter');
    expect(rows).toEqual([
      expect.objectContaining({
        stream: 'mesh.gauge.v1',
        key: 'gauge-1',
        reason: 'MESSAGE_TOO_LARGE',
        error: 'Message has 2000000 bytes',
        headers: expect.objectContaining({ ce_type: 'mesh.probe.v1.GaugeChanged' }),
      }),
    ]);
    expect(GaugeChanged.schema.decode(rows[0].body)).toMatchObject({
      gauge: 'gauge-1',
      version: 2,
    });
    expect(parked).toHaveBeenCalledOnce();
    await eventually(async () => expect((await relay?.backlog())?.depth).toBe(0));
  });

  it('given a row that holds no event, then it is in the dead letters and the rest goes on', async () => {
    const entry = { stream: 'mesh.gauge.v1', key: 'gauge-1', routingKey: null };
    await setting.log.append(setting.pool, [{ ...entry, headers: {}, body: Buffer.from('?') }]);
    await commit('gauge-1', 1);
    relay = await startRelay(setting);
    await eventually(() => expect(setting.publisher.published).toHaveLength(1));
    const { rows } = await setting.pool.query('select reason, error from mesh_outbox.dead_letter');
    expect(rows).toEqual([
      { reason: 'ATTRIBUTE_MISSING', error: 'CloudEvents attribute "specversion" is missing' },
    ]);
  });

  it('given a stream of a later version, then its events wait, with an error that says so', async () => {
    const failed = vi.fn();
    const entry = { stream: 'mesh.future.v9', key: 'k', routingKey: null, headers: {} };
    await setting.log.append(setting.pool, [{ ...entry, body: Buffer.from('?') }]);
    relay = await startRelay(setting, { hooks: { failed } });
    await eventually(() => expect(failed).toHaveBeenCalledTimes(2));
    expect(failed.mock.calls[0]?.[0]).toMatchObject({
      code: 'STREAM_UNKNOWN',
      message:
        'The event at position 1 is for the stream "mesh.future.v9", which this version\'s catalog does not have; a newer version of the service will publish it, or redrive it from the dead letters',
    });
    expect((await relay.backlog()).depth).toBe(1);
  });

  it('given a stream that stays unknown, then its event is parked with that reason, and its partition goes on', async () => {
    const entry = { stream: 'mesh.gone.v1', key: 'gauge-1', routingKey: null, headers: {} };
    await setting.log.append(setting.pool, [{ ...entry, body: Buffer.from('?') }]);
    await commit('gauge-1', 3);
    relay = await startRelay(setting, { unknownStreamMs: 50 });
    const letters = 'select stream, reason from mesh_outbox.dead_letter';
    await eventually(async () =>
      expect((await setting.pool.query(letters)).rows).toEqual([
        { stream: 'mesh.gone.v1', reason: 'STREAM_UNKNOWN' },
      ]),
    );
    await eventually(async () => expect((await relay?.backlog())?.depth).toBe(0));
    expect(setting.publisher.versions().get('gauge-1')).toEqual(upTo(3));
  });

  it('bounds batches by count and by bytes', async () => {
    await commit('gauge-1', 1);
    const entry = { stream: 'mesh.gauge.v1', key: 'k', routingKey: null };
    const { rows } = await setting.pool.query('select headers from mesh_outbox.entry');
    const body = Buffer.alloc(1000);
    const headers = rows[0].headers;
    await setting.log.append(
      setting.pool,
      Array.from({ length: 99 }, () => ({ ...entry, headers, body })),
    );
    relay = await startRelay(setting, { batch: { count: 40, bytes: 20_000 } });
    await eventually(() => expect(setting.publisher.published).toHaveLength(100));
    expect(Math.max(...setting.publisher.calls)).toBeLessThanOrEqual(21);
  });

  it('flushes what is committed when it stops', async () => {
    relay = await startRelay(setting, { pollMs: 60_000 });
    await setting.db.transaction().execute((tx) => setting.change(tx, 'gauge-1'));
    await relay.stop({ flushMs: 5000 });
    expect(setting.publisher.published).toHaveLength(1);
  });

  it('stops in bounded time beside a broker that does not answer', async () => {
    const { publisher } = setting;
    const answer = Promise.withResolvers<void>();
    const publish = vi.fn(() => answer.promise);
    relay = await startRelay(setting, {
      publishers: async () => ({ publish, close: () => publisher.close() }),
    });
    await commit('gauge-1', 1);
    await eventually(() => expect(publish).toHaveBeenCalled());
    await relay.stop({ flushMs: 50, graceMs: 50 });
    answer.resolve();
  });

  it('after a restart goes on where it was, publishing nothing again', async () => {
    relay = await startRelay(setting);
    await commit('gauge-1', 20);
    await eventually(() => expect(setting.publisher.published).toHaveLength(20));
    await relay.stop();
    await commit('gauge-1', 5);
    relay = await startRelay(setting);
    await eventually(() => expect(setting.publisher.published).toHaveLength(25));
    expect(setting.publisher.versions()).toEqual(new Map([['gauge-1', upTo(25)]]));
  });

  it('publishes a change of several transactions of one key in order while two relays share the keys', async () => {
    relay = await startRelay(setting);
    const other = await startRelay(setting);
    const gauges = Array.from({ length: 10 }, (_, index) => `gauge-${index}`);
    await Promise.all(gauges.map((gauge) => commit(gauge, 20)));
    await eventually(() => expect(setting.publisher.published.length).toBeGreaterThanOrEqual(200));
    await other.stop();
    expect(setting.publisher.shared).toEqual([]);
    expect(setting.publisher.versions()).toEqual(new Map(gauges.map((gauge) => [gauge, upTo(20)])));
  });
});

it('wakes the relay after the commit, so that an event is published long before the next poll', async () => {
  const setting = await openSetting();
  const relay = await startRelay(setting, { pollMs: 60_000 });
  await inTransaction(setting.db, setting.outbox, (tx) => setting.change(tx, 'gauge-1'));
  await eventually(() => expect(setting.publisher.published).toHaveLength(1));
  await relay.stop();
  await setting.close();
});
