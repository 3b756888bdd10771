import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import type { Queryable } from '../postgres/queryable.js';
import {
  COLUMNS,
  WHOLE_COLUMNS,
  wholeFrom,
  type DeadLetter,
  type WholeDeadLetter,
} from './dead-letter.js';
import { conditionOf, type DeadLetterFilter } from './filter.js';

/** A part of a long list, in the order of ids. */
export interface Page {
  /** Only later ones than this id. */
  readonly after?: string;
  /** @default 100 */
  readonly limit?: number;
}

/** Dead letters that have a cause in common. */
export interface DeadLetterCount {
  readonly group: string;
  readonly stream: string;
  readonly reason: string;
  readonly eventType: string;
  readonly fingerprint: string;
  readonly errorMessage: string;
  readonly count: number;
  readonly keys: number;
  readonly oldestParkedAt: Date;
}

/** One thing that a person did to one dead letter. */
export interface AuditRecord {
  readonly id: string;
  readonly at: Date;
  /** The subject of the operator's token. */
  readonly actor: string;
  readonly action: 'redrive' | 'discard';
  readonly deadLetter: string;
  readonly group: string;
  readonly stream: string;
  readonly key: string | null;
  readonly eventId: string;
  readonly eventType: string;
  readonly result: 'done' | 'failed';
  readonly detail: string | null;
}

const TABLE = `${INBOX_SCHEMA}.dead_letter`;
const STATS = `
select group_name as "group", stream, reason, event_type as "eventType", fingerprint, min(error_message) as "errorMessage",
  count(*)::int as count, count(distinct key)::int as keys, min(parked_at) as "oldestParkedAt"
from ${TABLE} group by 1, 2, 3, 4, 5 order by count(*) desc, min(parked_at)`;
const COUNTS = `
select group_name as "group", reason, count(*)::int as count from ${TABLE} group by 1, 2`;
const AUDIT = `
select id, at, actor, action, dead_letter as "deadLetter", group_name as "group", stream, key, event_id as "eventId",
  event_type as "eventType", result, detail
from ${INBOX_SCHEMA}.dead_letter_action where ($1::bigint is null or dead_letter = $1) order by id desc limit $2`;

/** Reads the dead letters of a service's database; changes nothing. */
export class DeadLetters {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  /** Without headers and bodies, the oldest first: at most `page.limit` of those behind `page.after`. */
  async list(filter: DeadLetterFilter = {}, page: Page = {}): Promise<DeadLetter[]> {
    return (await this.#select(COLUMNS, filter, page)) as DeadLetter[];
  }

  /** With headers and bodies. */
  async whole(filter: DeadLetterFilter = {}, page: Page = {}): Promise<WholeDeadLetter[]> {
    return (await this.#select(WHOLE_COLUMNS, filter, page)).map(wholeFrom);
  }

  /**
   * What a redrive of these would replay, in its order: dead letters that hold their key, with
   * everything that is parked of their keys, and the others as they are.
   */
  async plan(filter: DeadLetterFilter, { limit = 10_000 }: Page = {}): Promise<DeadLetter[]> {
    const { text, values } = conditionOf(filter);
    values.push(limit);
    const { rows } = await this.#pool.query(
      `with matching as materialized (select id, group_name, stream, key, holds_key from ${TABLE} where ${text})
      select ${COLUMNS} from ${TABLE} as d
      where d.id in (select id from matching)
        or d.holds_key and (d.group_name, d.stream, d.key) in (select group_name, stream, key from matching where holds_key)
      order by d.id limit $${values.length}`,
      values,
    );
    return rows as DeadLetter[];
  }

  /** How many there are of each cause (group, stream, reason, type, kind of error), the most frequent first. */
  async stats(): Promise<DeadLetterCount[]> {
    return (await this.#pool.query(STATS)).rows as DeadLetterCount[];
  }

  /** How many there are; reads an index alone. */
  async counts(): Promise<Pick<DeadLetterCount, 'group' | 'reason' | 'count'>[]> {
    return (await this.#pool.query(COUNTS)).rows as DeadLetterCount[];
  }

  /** What was done, the last first. */
  async audit(deadLetter: string | null = null, limit = 100): Promise<AuditRecord[]> {
    return (await this.#pool.query(AUDIT, [deadLetter, limit])).rows as AuditRecord[];
  }

  async #select(columns: string, filter: DeadLetterFilter, { after = '0', limit = 100 }: Page) {
    const { text, values } = conditionOf(filter);
    values.push(after, limit);
    const statement = `select ${columns} from ${TABLE} where ${text} and id > $${values.length - 1}
      order by id limit $${values.length}`;
    return (await this.#pool.query(statement, values)).rows;
  }
}
