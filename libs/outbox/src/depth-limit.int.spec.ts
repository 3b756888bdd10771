import { TransportError } from '@mesh/messaging';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DepthLimit } from './depth-limit.js';
import type { Relay } from './relay/relay.js';
import { eventually } from './testing/eventually.js';
import { openSetting, type Setting } from './testing/setting.js';
import { startRelay } from './testing/start-relay.js';

const one = { events: 1, bytes: 100 };

describe('DepthLimit', () => {
  let setting: Setting;
  let relay: Relay | undefined;
  beforeEach(async () => void (setting = await openSetting()));
  afterEach(async () => {
    await relay?.stop();
    relay = undefined;
    await setting.close();
  });
  const commit = async (count: number) => {
    for (let n = 0; n < count; n++) await setting.commitChange(`gauge-${n}`);
  };
  const limitOf = (maxEvents: number, freshMs = 0) =>
    new DepthLimit({ pool: setting.pool, maxEvents, freshMs });

  it('given as many wait as it takes, when appending, then is refused with what to do', async () => {
    relay = await startRelay(setting);
    setting.publisher.refuse = () => {
      throw new TransportError('The broker is away');
    };
    await commit(3);
    const limit = limitOf(3);
    await limit.refresh();
    expect(() => limit.admit(one)).toThrow(
      expect.objectContaining({
        ...{ code: 'OUTBOX_FULL', retryable: true, waiting: true },
        message:
          '3 events wait to be published, and the outbox takes 3: the broker does not take them, or not as fast',
      }),
    );
    await limit.refresh();
    expect(() => limit.admit(one)).toThrow(expect.objectContaining({ retryAfterMs: 5000 }));
    setting.publisher.refuse = () => {};
    await eventually(() => limit.admit(one));
  });

  it('given several replicas, then each knows what the others appended', async () => {
    relay = await startRelay(setting);
    setting.publisher.refuse = () => {
      throw new TransportError('The broker is away');
    };
    const [ours, theirs] = [limitOf(5), limitOf(5)];
    for (let n = 0; n < 5; n++) {
      ours.admit(one);
      await setting.commitChange('gauge-1');
    }
    await theirs.refresh();
    expect(() => theirs.admit(one)).toThrow(expect.objectContaining({ code: 'OUTBOX_FULL' }));
  });

  it('given no count since, then what was appended here counts', () => {
    const limit = limitOf(10);
    for (let n = 0; n < 5; n++) limit.admit({ events: 2, bytes: 0 });
    expect(() => limit.admit(one)).toThrow(expect.objectContaining({ code: 'OUTBOX_FULL' }));
  });

  it('given more at once than it ever takes, when nothing waits, then takes it', () => {
    const limit = limitOf(10);
    limit.admit({ events: 11, bytes: 0 });
    expect(() => limit.admit(one)).toThrow(expect.objectContaining({ code: 'OUTBOX_FULL' }));
  });

  it('given the database does not answer, then the last count stays', async () => {
    relay = await startRelay(setting);
    setting.publisher.refuse = () => {
      throw new TransportError('The broker is away');
    };
    await commit(2);
    const pool = new pg.Pool(connectionOf(setting.pool));
    const limit = new DepthLimit({ pool, maxEvents: 2, freshMs: 0 });
    await limit.refresh();
    await pool.end();
    await limit.refresh();
    expect(() => limit.admit(one)).toThrow(expect.objectContaining({ code: 'OUTBOX_FULL' }));
  });

  it('asks nothing while nobody appends, and once for all who append in the meantime', async () => {
    const query = vi.spyOn(setting.pool, 'query');
    const limit = limitOf(200_000, 60_000);
    expect(query).not.toHaveBeenCalled();
    for (let n = 0; n < 1000; n++) limit.admit(one);
    await limit.refresh();
    for (let n = 0; n < 1000; n++) limit.admit(one);
    expect(query).toHaveBeenCalledOnce();
  });
});

function connectionOf({ options }: pg.Pool): pg.PoolConfig {
  const { connectionString } = options;
  return { connectionString, max: 1 };
}
