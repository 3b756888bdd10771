import type pg from 'pg';

/**
 * Brings the rows of a log into another database, where it is installed, as pg_dump and psql do: values as
 * they are, and where the sequence stands.
 */
export async function restoreLog(from: pg.Pool, to: pg.Pool, schema: string): Promise<void> {
  for (const table of ['consumer_group', 'cursor', 'member', 'entry']) {
    const { rows } = await from.query(
      `select coalesce(json_agg(row_to_json(t)), '[]')::text as rows from "${schema}".${table} t`,
    );
    await to.query(
      `insert into "${schema}".${table} select * from json_populate_recordset(null::"${schema}".${table}, $1::json)`,
      [rows[0].rows],
    );
  }
  const { rows } = await from.query(`select last_value from "${schema}".position`);
  await to.query(`select setval('${schema}.position', $1)`, [rows[0].last_value]);
}
