import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Pool } from 'pg';
import { createDatabase } from '@mesh/tools/testing';
import type { StockChange, StockItem } from '../src/domain/stock-item.js';
import { migrations } from '../src/outbound/migrations/index.js';
import { PostgresStockStore } from '../src/outbound/postgres-stock-store.js';
import type { EventAppender } from '../src/outbound/postgres-stock-transaction.js';
import type { StockDatabase } from '../src/outbound/stock-database.js';

export interface Appended {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** A stock store on a fresh database; what it appends is kept in a table, so a rollback undoes it. */
export async function openStock(connections = 4) {
  const database = await createDatabase('inventory');
  const pool = new Pool({ connectionString: database.url, max: connections });
  // A connection that is still closing when the database is dropped reports that; nobody need know.
  pool.on('error', () => {});
  const db = new Kysely<StockDatabase>({ dialect: new PostgresDialect({ pool }) });
  const provider = { getMigrations: async () => ({ ...migrations }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
  await sql`create table appended (position bigserial, type text, data jsonb)`.execute(db);

  const outbox: EventAppender & { wake(): void } = {
    async appendAll(tx, events) {
      for (const { definition, data } of events) {
        const json = JSON.stringify(definition.schema.toJSON(data));
        await sql`insert into appended (type, data) values (${definition.type}, ${json})`.execute(
          tx,
        );
      }
    },
    wake: () => {},
  };
  return {
    db,
    store: new PostgresStockStore({ db, outbox }),
    async appended(): Promise<readonly Appended[]> {
      const { rows } = await sql<Appended>`
        select type, data from appended order by position`.execute(db);
      return rows;
    },
    async close(): Promise<void> {
      await db.destroy();
      await database.drop();
    },
  };
}

export type Stock = Awaited<ReturnType<typeof openStock>>;

export function item(sku: string, available: number): Omit<StockItem, 'version'> {
  return { sku, name: `Item ${sku}`, price: { amountMinor: 250, currency: 'EUR' }, available };
}

/** The `StockChanged` among what was appended. */
export function stockChanges(appended: readonly Appended[]): readonly StockChange[] {
  return appended
    .filter(({ type }) => type === 'mesh.inventory.v1.StockChanged')
    .map(({ data }) => ({
      sku: String(data['sku']),
      available: Number(data['available'] ?? 0),
      version: Number(data['version']),
    }));
}
