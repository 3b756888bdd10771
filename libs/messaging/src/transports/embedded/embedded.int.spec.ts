// Begins early: takes 30 s.
import { randomUUID } from 'node:crypto';
import { createEvent } from '@mesh/envelope';
import { PgLog } from '@mesh/pg-log';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consumerProcess, transportSuite, type RawRecord } from '../../testing/index.js';
import { deadLetterDestination, type Transport } from '../../transport.js';
import { embeddedTransport } from './index.js';

let database: TestDatabase;
let pool: pg.Pool;
/** A client of the log that shares nothing with the transport. */
let stranger: PgLog;

beforeAll(async () => {
  database = await createDatabase('embedded');
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  stranger = new PgLog({ pool, schema: 'mesh_log' });
  await stranger.install();
});

afterAll(async () => {
  await stranger.close();
  await pool.end();
  await database.drop();
});

transportSuite({
  name: 'embedded',
  features: {
    ordering: true,
    consumerGroups: true,
    persistent: true,
    replay: true,
    delay: false,
    priority: false,
    expiry: false,
  },
  open: async () => embeddedTransport({ url: database.url }),
  inject: async (destination, { key, headers: raw, body }) => {
    const texts = Object.entries(raw).map(([name, value]) => [name, Buffer.from(value).toString()]);
    const headers = Object.fromEntries(texts) as Record<string, string>;
    const entry = {
      stream: destination,
      key,
      routingKey: headers['ce_type'] ?? null,
      headers,
      body: body ?? Buffer.alloc(0),
    };
    await stranger.append(pool, [entry]);
    stranger.wake();
  },
  mortal: async () => consumerProcess({ name: 'embedded', url: database.url }),
  readDeadLetters: (source, group, atLeast) =>
    expect
      .poll(() => readStream(deadLetterDestination(source, group)), { timeout: 20_000 })
      .toSatisfy((letters: readonly RawRecord[]) => letters.length >= atLeast)
      .then(() => readStream(deadLetterDestination(source, group))),
});

describe('an idle embedded transport', () => {
  /** Of 100 events, one after the other. */
  async function medianLatencyMs(publishing: Transport, subscribing: Transport): Promise<number> {
    const tookMs: number[] = [];
    let publishedAt = 0;
    const source = `idle.${randomUUID()}`;
    const subscription = await subscribing.subscribe({ source, group: 'g' }, async () => {
      tookMs.push(performance.now() - publishedAt);
    });
    await subscription.ready;
    const publisher = await publishing.publisher();
    for (let n = 0; n < 100; n++) {
      publishedAt = performance.now();
      await publisher.publish([{ destination: source, key: `k${n}`, event: event(`${n}`) }]);
      await expect.poll(() => tookMs.length, { interval: 1, timeout: 10_000 }).toBe(n + 1);
    }
    return tookMs.sort((a, b) => a - b)[50] ?? Infinity;
  }

  it('hands over without waiting for the poll, to its own process and to another', async () => {
    const [here, there] = [1, 2].map(() => embeddedTransport({ url: database.url }));
    const own = await medianLatencyMs(here!, here!);
    const other = await medianLatencyMs(here!, there!);
    await Promise.all([here!.close(), there!.close()]);
    // About 2 ms on a machine that does nothing else; the poll would make it 500.
    expect(own).toBeLessThan(50);
    expect(other).toBeLessThan(50);
  });
});

function event(id: string) {
  return createEvent({ id, source: '/test', type: 'test.Happened', data: Buffer.from(id) });
}

async function readStream(stream: string): Promise<readonly RawRecord[]> {
  const text = 'select key, headers, body from mesh_log.entry where stream = $1 order by position';
  return (await pool.query<RawRecord>(text, [stream])).rows;
}
