import {
  Parking as SoundParking,
  type inboxBatch as soundInboxBatch,
  type InboxOptions,
  type OpenTransaction,
} from '@mesh/outbox';
import { CompiledQuery, type Transaction } from 'kysely';

// Says the slot of the id as the inbox does: looked for in all 33 of them, each event would cost the mesh more
// than its effect.
const slotOf = (id: string) => `(case when substr(${id}, 15, 1) = '7' and substr(${id}, 9, 1) = '-'
  then substr(${id}, 5, 2) else '' end) collate "C"`;
const KNOWN = `select from mesh_inbox.handled where group_name = $1 and source = $2 and event_id = $3
  and ${slotOf('event_id')} = ${slotOf('$3::text')}`;
const RECORD = `insert into mesh_inbox.handled (group_name, source, event_id) values ($1, $2, $3) on conflict do nothing`;

interface Named {
  readonly group: string;
  readonly event: { readonly source: string; readonly id: string };
}

async function ask(tx: OpenTransaction, text: string, { group, event }: Named): Promise<boolean> {
  const query = CompiledQuery.raw(text, [group, event.source, event.id]);
  return (await (tx as Transaction<unknown>).executeQuery(query)).rows.length > 0;
}

/**
 * The defect: the inbox looks whether the event was handled, has its effect made, and writes down that it
 * was. Of two deliveries at once neither sees the other.
 */
export class Parking extends SoundParking {
  override async handleUnlessParked(
    ...[tx, arrival, effect]: Parameters<SoundParking['handleUnlessParked']>
  ): Promise<'done' | 'repeated' | 'parked'> {
    if (await ask(tx, KNOWN, arrival)) return 'repeated';
    await effect();
    await ask(tx, RECORD, arrival);
    return 'done';
  }
}

/** The same for deliveries that come together. */
export function inboxBatch(options: InboxOptions): ReturnType<typeof soundInboxBatch> {
  const { db, group, outbox } = options;
  return async (handlings, effect) => {
    const named = handlings.map(({ event }) => ({ group, event }));
    const known: boolean[] = [];
    await db.transaction().execute(async (tx) => {
      for (const one of named) known.push(await ask(tx, KNOWN, one));
      const fresh = handlings.filter((_, at) => !known[at]);
      if (fresh.length > 0) await effect(fresh, tx);
      for (const one of named) await ask(tx, RECORD, one);
    });
    outbox.wake();
    return known.map((was) => (was ? 'repeated' : 'done'));
  };
}

// In the bundle `@mesh/outbox` is the two modules whose place this one takes.
export * from '@mesh/outbox';
