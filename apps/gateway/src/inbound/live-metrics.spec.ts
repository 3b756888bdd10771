import { metrics } from '@mesh/tracing';
import { describe, expect, it } from 'vitest';
import type { LiveUpdate } from '../domain/live-update.js';
import { LiveHubs } from '../use-cases/live-hub.js';
import { LiveSessions } from '../use-cases/live-sessions.js';
import { probes } from '../use-cases/testing/probe-resources.js';
import { StoredThings } from '../use-cases/testing/stored-things.js';
import { LiveConnection } from './live-connection.js';
import { sendLimits } from './live-send-queue.js';

function connect({ waiting = 0 } = {}) {
  const store = new StoredThings();
  const sessions = new LiveSessions({
    ...{ hubs: new LiveHubs(), secret: Buffer.alloc(32), failed: () => undefined },
    served: [{ resource: probes, history: store, snapshots: store }],
  });
  const connection = new LiveConnection({
    ...{ sessions, feeds: [], caller: { customerId: 'ann', roles: [], token: 'h.e30.s' } },
    socket: { send: () => {}, end: () => {}, waiting: () => waiting, onSent: () => {} },
    settings: { send: sendLimits(4000, 60_000), noticeMs: 60_000 },
  });
  return { store, connection };
}

/** What a metric has more than at the call. */
async function watch(name: string): Promise<() => Promise<number>> {
  const read = async () => {
    const { values } = await metrics.registry.getSingleMetric(`mesh_live_${name}`)!.get();
    const counts = values as readonly { readonly metricName?: string; readonly value: number }[];
    return counts
      .filter(({ metricName }) => metricName?.endsWith('_count') ?? true)
      .reduce((sum, { value }) => sum + value, 0);
  };
  const before = await read();
  return async () => (await read()) - before;
}

const at = (update: LiveUpdate, offsetMs: number): LiveUpdate => ({
  ...update,
  occurredAt: new Date(Date.now() + offsetMs),
});

describe('the metrics of a live connection', () => {
  it('given a change that is older than the connection, then it is sent, and is no delay', async () => {
    const { store, connection } = connect();
    const [sent, delays] = [await watch('sent_total'), await watch('update_delay_seconds')];
    connection.updated(probes, at(store.change('a'), -60_000), 'cursor');
    expect([await sent(), await delays()]).toEqual([1, 0]);
    connection.updated(probes, at(store.change('a'), 1000), 'cursor');
    expect([await sent(), await delays()]).toEqual([2, 1]);
    connection.close();
  });

  it('given a client that takes nothing, then counts what it does not get', async () => {
    const { store, connection } = connect({ waiting: 100_000 });
    const conflated = await watch('conflated_total');
    for (let n = 0; n < 40; n++) connection.updated(probes, store.change('a'), 'cursor');
    expect(await conflated()).toBeGreaterThan(0);
    connection.close();
  });

  it('given updates that can not be continued, then counts the snapshot by its reason', async () => {
    const { connection } = connect();
    const resyncs = await watch('resyncs_total');
    const snapshot = { items: [], nextCursor: undefined };
    connection.resync(probes, { reason: 'CURSOR_TOO_OLD', snapshot, cursor: 'cursor' });
    expect(await resyncs()).toBe(1);
    connection.close();
  });
});
