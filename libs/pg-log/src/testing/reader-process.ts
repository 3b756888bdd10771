import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PgLog } from '../pg-log.js';

/**
 * A reader in a process of its own, for tests that stop or kill it. Arguments: URL, schema, lease in
 * ms. Prints `read N` for each row that it was given and `error CODE` for each error.
 */
const [url, schema = '', leaseMs] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 2 });
pool.on('error', () => undefined);
const log = new PgLog({ pool, schema });
const end = new AbortController();
process.on('SIGTERM', () => end.abort());
const reader = log.reader({
  ...{
    group: 'g',
    from: 'start',
    leaseMs: Number(leaseMs),
    handOver: 'row',
    window: { count: 20 },
  },
  onError: (error) => console.log(`error ${'code' in error ? error.code : error.message}`),
});
await reader.run(
  (rows) =>
    rows.map(async ({ headers }) => {
      console.log(`read ${headers['n']}`);
      await sleep(30);
    }),
  { signal: end.signal },
);
await log.close();
await pool.end();
