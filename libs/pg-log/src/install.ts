import type pg from 'pg';
import { LogError } from './errors.js';
import { SERVER_STATEMENT } from './group-statements.js';
import { beginNumberingStatement, numberingSchemaStatements } from './numbered-append.js';
import { schemaStatements } from './schema.js';

export interface InstallOptions {
  readonly schema: string;
  readonly partitions: number;
  readonly numbered: boolean;
}

/** Makes the tables of a log exist, one process at a time. @throws LogError PARTITIONS_DIFFER */
export async function installLog(
  pool: pg.Pool,
  { schema, partitions, numbered }: InstallOptions,
): Promise<void> {
  const client = await pool.connect();
  let failed: Error | undefined;
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `install log ${schema}`,
    ]);
    await client.query(schemaStatements(schema, partitions));
    if (numbered) await installNumbering(client, schema);
    const { rows } = await client.query<{ partitions: number }>(
      `select partitions from "${schema}".log`,
    );
    const installed = rows[0]?.partitions;
    if (installed !== partitions) {
      throw new LogError(
        'PARTITIONS_DIFFER',
        `The log "${schema}" has ${installed} partitions and was asked for ${partitions}: the number can't change once keys are placed; give partitions: ${installed}`,
      );
    }
    await client.query('commit');
  } catch (error) {
    failed = error as Error;
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release(failed instanceof LogError ? undefined : failed);
  }
}

async function installNumbering(client: pg.ClientBase, schema: string): Promise<void> {
  await client.query(numberingSchemaStatements(schema));
  const { rows } = await client.query<{ server: string }>(SERVER_STATEMENT);
  await client.query(beginNumberingStatement(schema), [rows[0]?.server]);
}
