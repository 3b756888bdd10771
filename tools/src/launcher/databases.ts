import pg from 'pg';

export const databaseNames = [
  'mesh_order',
  'mesh_inventory',
  'mesh_notifications',
  'mesh_log',
] as const;

export type DatabaseName = (typeof databaseNames)[number];

/** Makes the databases of the mesh that the server does not have; with `fresh`, empties all of them. */
export async function createDatabases(
  serverUrl: string,
  { fresh }: { fresh: boolean },
): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    if (fresh)
      for (const name of databaseNames)
        await client.query(`drop database if exists "${name}" with (force)`);
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    const found = new Set(rows.map((row) => row.datname));
    for (const name of databaseNames) {
      // A copy of files is quicker than one through the WAL; template0 has no connections.
      if (!found.has(name))
        await client.query(`create database "${name}" template template0 strategy file_copy`);
    }
  } finally {
    await client.end();
  }
}
