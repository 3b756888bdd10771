import { createDatabase } from '@mesh/tools/testing';
import { StockChanged } from '@mesh/contracts/catalog';
import { PgLog } from '@mesh/pg-log';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { inTransaction } from '../in-transaction.js';
import { Outbox, OUTBOX_SCHEMA } from '../outbox.js';
import { installDeadLetters } from '../postgres/dead-letter-schema.js';
import { installInbox } from '../postgres/inbox-schema.js';
import { RecordingPublisher } from './recording-publisher.js';

export interface Tables {
  /** Its version numbers the events of a key, under its lock. */
  aggregate: { sku: string; version: number };
  /** Something else to write, so that a transaction has an id. */
  note: { text: string };
}

/** A service's database with an outbox, an inbox and something to change. */
export interface Setting {
  readonly pool: pg.Pool;
  readonly db: Kysely<Tables>;
  readonly log: PgLog;
  readonly outbox: Outbox;
  readonly publisher: RecordingPublisher;
  /** Changes the aggregate and appends the event that tells of it. */
  change(tx: Transaction<Tables>, sku: string): Promise<number>;
  /** One committed change; the relay is woken. */
  commitChange(sku: string): Promise<number>;
  close(): Promise<void>;
}

/** A database of its own on TEST_DATABASE_URL. */
export async function openSetting(): Promise<Setting> {
  const database = await createDatabase('outbox');
  const pool = new pg.Pool({ connectionString: database.url, max: 20 });
  // Connections that a test kills, or that the end of the test finds half closed, are no failures.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const log = new PgLog({ pool, schema: OUTBOX_SCHEMA });
  const outbox = new Outbox({ log, source: '/inventory' });
  await log.install();
  await installDeadLetters(pool);
  await installInbox(pool);
  await pool.query(
    'create table aggregate (sku text primary key, version int not null); create table note (text text)',
  );
  const change = async (tx: Transaction<Tables>, sku: string) => {
    const { version } = await tx
      .insertInto('aggregate')
      .values({ sku, version: 1 })
      .onConflict((c) => c.column('sku').doUpdateSet({ version: sql`aggregate.version + 1` }))
      .returning('version')
      .executeTakeFirstOrThrow();
    await outbox.append(tx, StockChanged, { sku, available: 0, version, occurredAt: new Date() });
    return version;
  };
  return {
    pool,
    db,
    log,
    outbox,
    publisher: new RecordingPublisher(),
    change,
    commitChange: (sku) => inTransaction(db, outbox, (tx) => change(tx, sku)),
    async close() {
      await log.close();
      await db.destroy();
      await database.drop();
    },
  };
}
