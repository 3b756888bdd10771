import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { inTransaction } from '../in-transaction.js';
import { Outbox } from '../outbox.js';
import { installDeadLetters } from '../postgres/dead-letter-schema.js';
import { RecordingPublisher } from './recording-publisher.js';
import type { RelayStore, RelayUnderTest } from './relay-under-test.js';

export interface Tables {
  /** Its version numbers the events of a key, under its lock. */
  aggregate: { gauge: string; version: number };
  /** Something else to write, so that a transaction has an id. */
  note: { text: string };
}

/** A service's database with an outbox and something to change. */
export interface RelaySetting {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly db: Kysely<Tables>;
  readonly store: RelayStore;
  readonly outbox: Outbox;
  readonly publisher: RecordingPublisher;
  /** Changes the aggregate and appends the event that tells of it. */
  change(tx: Transaction<Tables>, gauge: string): Promise<number>;
  /** One committed change; the relay is woken. Its version, from 1. */
  commitChange(gauge: string): Promise<number>;
  close(): Promise<void>;
}

/** Opens the mode's outbox in a database that is empty, or that another replica has opened. */
export async function openRelaySetting(under: RelayUnderTest, url: string): Promise<RelaySetting> {
  const pool = new pg.Pool({ connectionString: url, max: 20 });
  // Connections that a test kills, or that the end of the test finds half closed, are no failures.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const store = await under.open({ url, pool });
  const outbox = new Outbox({ log: store.log, source: '/probe' });
  await installDeadLetters(pool);
  await pool.query(
    `create table if not exists aggregate (gauge text primary key, version int not null);
     create table if not exists note (text text)`,
  );
  const change = async (tx: Transaction<Tables>, gauge: string) => {
    const { version } = await tx
      .insertInto('aggregate')
      .values({ gauge, version: 1 })
      .onConflict((c) => c.column('gauge').doUpdateSet({ version: sql`aggregate.version + 1` }))
      .returning('version')
      .executeTakeFirstOrThrow();
    await outbox.append(tx, GaugeChanged, { gauge, level: 0, version, occurredAt: new Date() });
    return version;
  };
  return {
    ...{ url, pool, db, store, outbox, change },
    publisher: new RecordingPublisher(),
    commitChange: (gauge) => inTransaction(db, outbox, (tx) => change(tx, gauge)),
    async close() {
      await store.close();
      await db.destroy();
    },
  };
}
