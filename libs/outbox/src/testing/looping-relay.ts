import { setTimeout as pause } from 'node:timers/promises';
import type { LogRow } from '@mesh/pg-log';
import type { Publisher } from '@mesh/messaging';
import type pg from 'pg';
import { OUTBOX_SCHEMA } from '../outbox-log.js';
import { outgoing, publishBatch } from '../relay/batch.js';
import { Outcome } from '../relay/outcome.js';
import { pollingRelay } from './polling-relay.js';
import type { RelayUnderTest, StartedRelay } from './relay-under-test.js';

interface Cursor {
  /** SQL on `entry` as `e`; $1 is the xid and $2 the position of the last row that was read. */
  readonly where: string;
  readonly order: string;
}

interface Read {
  readonly row: LogRow;
  readonly xid: string;
}

/** A relay that reads in a loop with the cursor one thinks of first. */
export function looping(cursor: Cursor): RelayUnderTest {
  return {
    ...pollingRelay,
    async open(database) {
      const store = await pollingRelay.open(database);
      return { ...store, start: async ({ publisher }) => run(database.pool, publisher, cursor) };
    },
  };
}

function run(pool: pg.Pool, publisher: Publisher, { where, order }: Cursor): StartedRelay {
  const statement = `select xid::text, position, stream, key, routing_key, headers, body
    from ${OUTBOX_SCHEMA}.entry as e where ${where} order by ${order} limit 500`;
  let at = { xid: '0', position: 0n };
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      const rows = await read();
      const batch = rows.map(({ row }) => outgoing(row));
      if (batch.length > 0) await publishBatch(publisher, batch, new Outcome());
      const last = rows.at(-1);
      if (last !== undefined) at = { xid: last.xid, position: last.row.position };
      await pause(2);
    }
  })();
  return {
    backlog: async () => ({ depth: NaN, oldestAgeSeconds: NaN }),
    async stop() {
      stopped = true;
      await loop;
    },
  };

  async function read(): Promise<Read[]> {
    const { rows } = await pool.query(statement, [at.xid, at.position]);
    return rows.map(({ xid, position, routing_key, ...rest }) => ({
      xid,
      row: { ...rest, position: BigInt(position), routingKey: routing_key },
    }));
  }
}
