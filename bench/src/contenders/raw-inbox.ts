import { fromKafka, type CloudEvent } from '@mesh/envelope';
import { INBOX_SCHEMA } from '@mesh/outbox';
import pg from 'pg';

const READ = `select position, key, headers, body from entry where position > $1 order by position limit 500`;
const HANDLED = `${INBOX_SCHEMA}.handled (group_name, source, event_id)`;
const RECORD_ONE = `insert into ${HANDLED} values ($1, $2, $3) on conflict do nothing returning event_id`;
const EFFECT_ONE = 'insert into effect (event_id, order_id) values ($1, $2)';
const RECORD_ALL = `insert into ${HANDLED}
select $1, * from unnest($2::text[], $3::text[]) on conflict do nothing returning event_id`;
const EFFECT_ALL = `insert into effect (event_id, order_id)
select * from unnest($1::text[], $2::text[]) as e(event_id, order_id) where event_id = any($3)`;

export interface HandWrittenInbox {
  /** Database of the plain table to read. */
  readonly url: string;
  readonly pool: pg.Pool;
  readonly group: string;
  readonly count: number;
  /** One transaction for all that was read, instead of one an event. */
  readonly whole: boolean;
}

interface Row {
  readonly position: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Reads a batch, handles it, goes on; events of one key go to the same worker. */
export async function handWrittenInbox(options: HandWrittenInbox): Promise<void> {
  const { url, pool, group, count, whole } = options;
  const reader = new pg.Client(url);
  await reader.connect();
  let position = '0';
  for (let done = 0; done < count;) {
    const { rows } = await reader.query<Row>({ name: 'read', text: READ, values: [position] });
    const batches = whole ? [rows] : byWorker(rows, pool.options.max ?? 10);
    await Promise.all(
      batches.map(async (batch) => {
        const client = await pool.connect();
        if (whole) await handleAll(client, group, batch);
        else for (const row of batch) await handleOne(client, group, row);
        client.release();
      }),
    );
    done += rows.length;
    position = rows.at(-1)?.position ?? position;
  }
  await reader.end();
}

async function handleOne(client: pg.PoolClient, group: string, row: Row): Promise<void> {
  const { source, id, subject } = eventOf(row);
  await client.query('begin');
  const { rowCount } = await client.query(RECORD_ONE, [group, source, id]);
  if (rowCount === 1) await client.query(EFFECT_ONE, [id, subject]);
  await client.query('commit');
}

async function handleAll(
  client: pg.PoolClient,
  group: string,
  rows: readonly Row[],
): Promise<void> {
  const events = rows.map(eventOf);
  const ids = events.map(({ id }) => id);
  const sources = events.map(({ source }) => source);
  await client.query('begin');
  const fresh = await client.query<{ event_id: string }>(RECORD_ALL, [group, sources, ids]);
  const first = fresh.rows.map(({ event_id }) => event_id);
  await client.query(EFFECT_ALL, [ids, events.map(({ subject }) => subject), first]);
  await client.query('commit');
}

function eventOf({ headers, body }: Row): CloudEvent {
  return fromKafka({ headers, value: body });
}

function byWorker(rows: readonly Row[], workers: number): Row[][] {
  const batches: Row[][] = Array.from({ length: workers }, () => []);
  const turns = new Map<string, number>();
  for (const row of rows) {
    if (!turns.has(row.key)) turns.set(row.key, turns.size % workers);
    batches[turns.get(row.key) ?? 0]?.push(row);
  }
  return batches;
}
