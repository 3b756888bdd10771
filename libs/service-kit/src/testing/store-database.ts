import { findEvent } from '@mesh/contracts/catalog';
import { Outbox, OUTBOX_SCHEMA, outboxLog } from '@mesh/outbox';
import { createDatabase } from '@mesh/tools/testing';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Pool } from 'pg';
import type { Migrations } from '../database/migrate.js';

interface Entry {
  readonly headers: { readonly ce_type: string; readonly ce_causationid?: string };
  readonly body: Buffer;
}

/** A fresh database with a service's schema and an outbox that nobody relays: what a store is tested on. */
export async function openStoreDatabase<Tables>(migrations: Migrations, connections = 4) {
  const database = await createDatabase('store');
  const pool = new Pool({ connectionString: database.url, max: connections });
  // A connection that is still closing when the database is dropped reports that; nobody need know.
  pool.on('error', () => {});
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const provider = { getMigrations: async () => ({ ...migrations }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
  const log = outboxLog({ pool, singleGroup: true });
  await log.install();
  return {
    db,
    outbox: new Outbox({ log, source: '/test' }),
    /** What was appended and committed, for one key when it is given. */
    async appended(key: string | null = null) {
      const { rows } = await sql<Entry>`
        select headers, body from ${sql.id(OUTBOX_SCHEMA, 'entry')}
        where ${key}::text is null or key = ${key} order by position`.execute(db);
      return rows.map(({ headers, body }) => ({
        type: headers.ce_type,
        causationId: headers.ce_causationid,
        data: findEvent(headers.ce_type)?.schema.decode(body),
      }));
    },
    async close(): Promise<void> {
      await log.close();
      await db.destroy();
      await database.drop();
    },
  };
}
