import { metrics } from '@mesh/tracing';
import type { Pool } from 'pg';

/** Sizes change slowly, and asking costs a look at each file of the database. */
const FRESH_MS = 30_000;

interface Sizes {
  readonly bytes: number;
  readonly schemas: readonly { readonly schema: string; readonly bytes: number }[];
}

// The pages of relations are those that vacuum or analyze have counted last: nothing is locked for it.
const SIZES = `
select pg_database_size(current_database())::float8 as bytes, (
  select coalesce(json_agg(s), '[]') from (
    select n.nspname as schema, sum(c.relpages::float8 * current_setting('block_size')::int) as bytes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_temp_'
    group by 1 order by 2 desc limit 20
  ) s
) as schemas`;

let watched: Pool | undefined;
let latest: { readonly at: number; readonly sizes: Promise<Sizes> } | undefined;

metrics.gauge({
  name: 'mesh_database_size_bytes',
  help: "Size of the service's database on its disk",
  async collect(gauge) {
    if (watched !== undefined) gauge.set((await sizes(watched)).bytes);
  },
});
metrics.gauge({
  name: 'mesh_database_schema_bytes',
  help: 'Size of the tables and indexes of a schema, as vacuum or analyze saw it last; what retention keeps is in those that begin with mesh_',
  labels: ['schema'],
  async collect(gauge) {
    if (watched === undefined) return;
    for (const { schema, bytes } of (await sizes(watched)).schemas) gauge.set({ schema }, bytes);
  },
});

/** Shows at each scrape how much disk the database of this process takes, until the result is called. */
export function watchSize(pool: Pool): () => Promise<void> {
  watched = pool;
  latest = undefined;
  return async () => {
    if (watched === pool) watched = undefined;
  };
}

function sizes(pool: Pool): Promise<Sizes> {
  const now = performance.now();
  if (latest !== undefined && now - latest.at < FRESH_MS) return latest.sizes;
  const sizes = pool.query<Sizes>(SIZES).then(({ rows }) => rows[0]!);
  latest = { at: now, sizes };
  sizes.catch(() => (latest = undefined));
  return sizes;
}
