import { setTimeout as pause } from 'node:timers/promises';
import type { LogRow } from '@mesh/pg-log';
import { OUTBOX_SCHEMA } from '../outbox.js';
import { outgoing, Outcome, publishBatch } from '../relay/batch.js';
import type { RelayUnderTest } from './relay-suite.js';
import type { Setting } from './setting.js';

interface Read {
  readonly row: LogRow;
  readonly xid: string;
}

/** Relays that read with the cursors one thinks of first; the suite must reject both. */
export const mutants = {
  /** Skips what commits after a later position was read. */
  bareSequence: (setting: Setting) =>
    startMutant(setting, `position > $2 and $1::text <> ''`, 'position'),
  /** Skips nothing, and breaks the order of a key: a transaction may take its id long before the key's lock. */
  xminHorizon: (setting: Setting) =>
    startMutant(
      setting,
      '(xid, position) > ($1::text::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())',
      'xid, position',
    ),
};

async function startMutant(
  { pool, publisher }: Setting,
  where: string,
  order: string,
): Promise<RelayUnderTest> {
  const statement = `select xid::text, position, stream, key, routing_key, headers, body
    from ${OUTBOX_SCHEMA}.entry as e where ${where} order by ${order.replace('xid', 'e.xid')} limit 500`;
  let cursor: { xid: string; position: bigint } = { xid: '0', position: 0n };
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      const rows = await read(cursor);
      if (rows.length > 0) {
        await publishBatch(
          publisher,
          rows.map(({ row }) => outgoing(row)),
          new Outcome(),
        );
      }
      const last = rows.at(-1);
      if (last !== undefined) cursor = { xid: last.xid, position: last.row.position };
      await pause(2);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await loop;
    },
  };

  async function read({ xid, position }: typeof cursor): Promise<Read[]> {
    const { rows } = await pool.query(statement, [xid, position]);
    return rows.map(({ xid, position, routing_key, ...rest }) => ({
      xid,
      row: { ...rest, position: BigInt(position), routingKey: routing_key },
    }));
  }
}
