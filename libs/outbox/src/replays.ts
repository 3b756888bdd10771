import type { Delivery } from '@mesh/messaging';
import type { RunPlace } from './key-numbers/claim-runs.js';
import { countKnownNumbers, forgetNumbers } from './key-numbers/forget-numbers.js';
import type { HandledEvent } from './inbox.js';
import { INBOX_SCHEMA, sameId } from './postgres/inbox-schema.js';
import type { Queryable } from './postgres/queryable.js';

/** Who sent a group back, when, to where, and what came of it. */
export interface ReplayRecord {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly group: string;
  readonly stream: string;
  /** To where, in the words of who asked. */
  readonly origin: string;
  /** Whether events that were handled are handled again. */
  readonly again: boolean;
  readonly ranges: unknown;
  /** Events that the inbox forgot for it. */
  readonly forgotten: number;
  /** `running`: under way, or cut off. */
  readonly result: 'running' | 'done' | 'failed';
  readonly detail: string | null;
}

type NewReplay = Pick<ReplayRecord, 'actor' | 'group' | 'stream' | 'origin' | 'again' | 'ranges'>;
type Named = Pick<HandledEvent, 'source' | 'id'>;

const KNOWN = `from ${INBOX_SCHEMA}.handled h
join unnest($2::text[], $3::text[]) as e(source, id) on h.source = e.source and ${sameId('h.event_id', 'e.id')}
where h.group_name = $1`;
// A dead letter waits for its redrive; handled by a replay as well, it would have two effects.
const FORGET = `with gone as (delete from ${INBOX_SCHEMA}.handled h
using unnest($2::text[], $3::text[]) as e(source, id)
where h.group_name = $1 and h.source = e.source and ${sameId('h.event_id', 'e.id')} and not exists (
  select from ${INBOX_SCHEMA}.dead_letter d
  where d.group_name = h.group_name and d.event_source = h.source and d.event_id = h.event_id
) returning true) select count(*)::int as forgotten from gone`;
const BEGIN = `insert into ${INBOX_SCHEMA}.replay (actor, group_name, stream, origin, again, ranges, result)
values ($1, $2, $3, $4, $5, $6, 'running') returning id`;
const END = `update ${INBOX_SCHEMA}.replay set forgotten = $2, result = $3, detail = $4 where id = $1`;
const LIST = `select id, at, actor, group_name as "group", stream, origin, again, ranges,
  forgotten::float as forgotten, result, detail
from ${INBOX_SCHEMA}.replay order by id desc limit $1`;

/** What the inbox knows of events that a group is given again, and the audit of replays. */
export class ReplayRecords {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  /** How many of these the group has handled or parked: a repeat of them has no effect. */
  async countKnown(group: string, events: readonly Named[]): Promise<number> {
    const { rows } = await this.#pool.query(`select count(*)::int as known ${KNOWN}`, [
      group,
      ...columnsOf(events),
    ]);
    return (rows[0] as { known: number }).known;
  }

  /** Forgets that the group has handled these, except dead letters; how many that were. */
  async forget(group: string, events: readonly Named[]): Promise<number> {
    const { rows } = await this.#pool.query(FORGET, [group, ...columnsOf(events)]);
    return (rows[0] as { forgotten: number }).forgotten;
  }

  /** {@link countKnown} for a group whose inbox is by key. */
  countKnownNumbers(place: RunPlace, deliveries: readonly Delivery[]): Promise<number> {
    return countKnownNumbers(this.#pool, place, deliveries);
  }

  /** {@link forget} for a group whose inbox is by key: their keys' counts begin anew. */
  forgetNumbers(place: RunPlace, deliveries: readonly Delivery[]): Promise<void> {
    return forgetNumbers(this.#pool, place, deliveries);
  }

  /** Notes that a replay is under way, before anything is forgotten; gives the id of its record. */
  async begin({ actor, group, stream, origin, again, ranges }: NewReplay): Promise<string> {
    const values = [actor, group, stream, origin, again, JSON.stringify(ranges)];
    return ((await this.#pool.query(BEGIN, values)).rows[0] as { id: string }).id;
  }

  /** Notes how it ended. One that has no end was cut off. */
  async end(
    id: string,
    { forgotten, result, detail }: Pick<ReplayRecord, 'forgotten' | 'result' | 'detail'>,
  ): Promise<void> {
    await this.#pool.query(END, [id, forgotten, result, detail]);
  }

  /** The last first. */
  async list(limit: number): Promise<ReplayRecord[]> {
    return (await this.#pool.query(LIST, [limit])).rows as ReplayRecord[];
  }
}

function columnsOf(events: readonly Named[]): unknown[] {
  return [events.map(({ source }) => source), events.map(({ id }) => id)];
}
