import { Parking as SoundParking } from '@mesh/outbox';
import { CompiledQuery, type Transaction } from 'kysely';

const KNOWN = `select from mesh_inbox.handled where group_name = $1 and source = $2 and event_id = $3`;
const RECORD = `insert into mesh_inbox.handled (group_name, source, event_id) values ($1, $2, $3) on conflict do nothing`;

/**
 * The defect: the inbox looks whether the event was handled, has its effect made, and writes down that it
 * was. Of two deliveries at once neither sees the other.
 */
export class Parking extends SoundParking {
  override async handleUnlessParked(
    ...[tx, { group, event }, effect]: Parameters<SoundParking['handleUnlessParked']>
  ): Promise<'done' | 'repeated' | 'parked'> {
    const { executeQuery } = tx as Transaction<unknown>;
    const ask = (text: string) =>
      executeQuery.call(tx, CompiledQuery.raw(text, [group, event.source, event.id]));
    if ((await ask(KNOWN)).rows.length > 0) return 'repeated';
    await effect();
    await ask(RECORD);
    return 'done';
  }
}

// In the bundle `@mesh/outbox` is the one module whose place this one takes.
export * from '@mesh/outbox';
