import { deadLetterReasonOf, type Delivery } from '@mesh/messaging';
import { failureKindOf } from '@mesh/messaging/middleware';
import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import { OutboxError } from '../errors.js';
import { executorOf, type TransactionExecutor } from '../open-transaction.js';
import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import {
  deliveryOf,
  WHOLE_COLUMNS,
  wholeFrom,
  type DeadLetter,
  type WholeDeadLetter,
} from './dead-letter.js';
import { failureOf } from './failure.js';
import type { KeyPlace, ParkedKeys } from './parked-keys.js';
import { notify, partsOf } from './parking.js';

/** What became of one dead letter that an action was for. */
export interface ActionResult {
  readonly id: string;
  /** `gone`: it was not there any more. */
  readonly result: 'done' | 'failed' | 'gone';
  /** Why it failed. */
  readonly detail?: string;
}

/** What redriving and discarding needs of the service around it. */
export interface OperationsOptions {
  /** The service's database, which has the dead letters. */
  readonly db: Pick<Kysely<unknown>, 'transaction' | 'executeQuery'>;
  /** Is told of keys that are free again. */
  readonly keys: Pick<ParkedKeys, 'freed'>;
  /**
   * Runs the handler of a delivery once more, without retries; the transaction is the one in which the
   * dead letter goes. The inbox has a note of the event, unless the message was `unread`: then it
   * arrives only now.
   */
  readonly handle: (
    delivery: Delivery,
    tx: Transaction<unknown>,
    unread: boolean,
  ) => Promise<unknown>;
  /** Called after each commit of a handler's effect. @default nothing is called */
  readonly committed?: () => void;
}

const TABLE = `${INBOX_SCHEMA}.dead_letter`;
const PLACE_OF = `select group_name as "group", stream, key, holds_key as "holdsKey" from ${TABLE} where id = $1`;
// Nothing is parked behind, and nobody else redrives the key, until the transaction ends.
const LOCK_KEY = `select from ${INBOX_SCHEMA}.parked_key where group_name = $1 and stream = $2 and key = $3 for update`;
const LOCK = `select ${WHOLE_COLUMNS} from ${TABLE} where id = $1 for update`;
// By their numbers where they have some, else as they came.
const EARLIER = `
select d.id from ${TABLE} d join ${TABLE} this on this.id = $4
where d.group_name = $1 and d.stream = $2 and d.key = $3 and d.holds_key
  and (coalesce(d.number, 0), d.id) < (coalesce(this.number, 0), this.id)
order by coalesce(d.number, 0), d.id limit 1`;
// Where the inbox has one row a key: it counts as taken from now on, and so does what is missing before it.
const TAKE_NUMBER = `
insert into ${INBOX_SCHEMA}.key_number as k (group_name, stream, source, key, first, number)
select group_name, stream, event_source, key, number, number from ${TABLE}
where id = $1 and number is not null and holds_key
on conflict (group_name, stream, source, key) do update
set number = excluded.number, handled_at = clock_timestamp() where k.number < excluded.number`;
const REMOVE = `delete from ${TABLE} where id = $1`;
const FREE_KEY = `
delete from ${INBOX_SCHEMA}.parked_key where group_name = $1 and stream = $2 and key = $3
  and not exists (select from ${TABLE} where group_name = $1 and stream = $2 and key = $3 and holds_key) returning true`;
const FAILED_AGAIN = `
update ${TABLE} set behind = null, reason = $2, error_code = $3, error_message = $4, fingerprint = $5,
  attempts = attempts + 1, first_failed_at = case when behind is null then first_failed_at else $6 end, last_failed_at = $6
where id = $1`;
const AUDIT = `
insert into ${INBOX_SCHEMA}.dead_letter_action
(actor, action, dead_letter, group_name, stream, key, event_id, event_type, result, detail)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

// Those that hold no key stand in nobody's order: together, and one audit record each.
const DISCARD_KEYLESS = `
with gone as (
  delete from ${TABLE} where id = any($1::bigint[]) and not holds_key
  returning id, group_name, stream, key, event_id, event_type
)
insert into ${INBOX_SCHEMA}.dead_letter_action
(actor, action, dead_letter, group_name, stream, key, event_id, event_type, result)
select $2, 'discard', id, group_name, stream, key, event_id, event_type, 'done' from gone order by id
returning dead_letter as id`;

type Tx = Transaction<unknown>;

/** What operators do to dead letters. Each action on each of them leaves an audit record. */
export class DeadLetterOperations {
  readonly #options: OperationsOptions;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /**
   * Replays these dead letters in the given order and stops at the first whose event fails, or that
   * stands behind an earlier one of its key. A message that still can not be read is no event and
   * holds up nobody: it is told as failed, and the next ones are tried. Each is a transaction of its own: effect, record and audit
   * commit together, so that a redrive that is cut off, or made twice, has one effect an event. The
   * event is the one that came, with its id. The key goes on when its last one is done.
   */
  async redrive(ids: readonly string[], actor: string, signal: AbortSignal) {
    const results: ActionResult[] = [];
    for (const id of ids) {
      if (signal.aborted) break;
      const { result, stops } = await this.#redriveOne(id, actor, signal);
      results.push(result);
      if (stops) break;
    }
    return results;
  }

  /** Gives these up: their events count as handled and never have an effect. */
  async discard(ids: readonly string[], actor: string): Promise<ActionResult[]> {
    const together = CompiledQuery.raw(DISCARD_KEYLESS, [ids, actor]);
    const { rows } = await this.#options.db.executeQuery<{ id: string }>(together);
    const discarded = new Set(rows.map(({ id }) => id));
    const results: ActionResult[] = [];
    for (const id of ids) {
      if (discarded.has(id)) {
        results.push({ id, result: 'done' });
        continue;
      }
      const gone = await this.#inKeyOf(id, async (tx, executor, letter) => {
        await audit(executor, { actor, action: 'discard', letter, result: 'done' });
      });
      results.push({ id, result: gone ? 'gone' : 'done' });
    }
    return results;
  }

  async #redriveOne(
    id: string,
    actor: string,
    signal: AbortSignal,
  ): Promise<{ readonly result: ActionResult; readonly stops: boolean }> {
    let tried: WholeDeadLetter | undefined;
    try {
      const gone = await this.#inKeyOf(id, async (tx, executor, letter) => {
        await refuseBehind(executor, letter);
        tried = letter;
        await this.#options.handle(deliveryOf(letter, signal), tx, letter.unread);
        await audit(executor, { actor, action: 'redrive', letter, result: 'done' });
      });
      this.#options.committed?.();
      return { result: { id, result: gone ? 'gone' : 'done' }, stops: false };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (tried !== undefined) await this.#failedAgain(tried, actor, error);
      const stops = !(tried?.unread && reasonOf(error) === 'undecodable');
      return { result: { id, result: 'failed', detail: error.message }, stops };
    }
  }

  /** Runs an action with its key locked, then removes the dead letter; true when it was gone. */
  async #inKeyOf(
    id: string,
    act: (tx: Tx, executor: TransactionExecutor, letter: WholeDeadLetter) => Promise<void>,
  ): Promise<boolean> {
    let freed: KeyPlace | undefined;
    const gone = await this.#options.db.transaction().execute(async (tx) => {
      const executor = executorOf(tx, 'redrive');
      const found = (await executor.query(PLACE_OF, [id])).rows[0] as
        (KeyPlace & { holdsKey: boolean }) | undefined;
      if (found === undefined) return true;
      if (found.holdsKey) await executor.query(LOCK_KEY, partsOf(found));
      const row = (await executor.query(LOCK, [id])).rows[0];
      if (row === undefined) return true;
      if (found.holdsKey) await executor.query(TAKE_NUMBER, [id]);
      await act(tx, executor, wholeFrom(row));
      await executor.query(REMOVE, [id]);
      if (found.holdsKey && (await executor.query(FREE_KEY, partsOf(found))).rows.length > 0) {
        await notify(executor, '-', found);
        freed = found;
      }
      return false;
    });
    if (freed !== undefined) this.#options.keys.freed(freed);
    return gone;
  }

  async #failedAgain(letter: WholeDeadLetter, actor: string, error: Error): Promise<void> {
    const { code, message, fingerprint, reason, lastFailedAt } = failureOf(error, {
      reason: reasonOf(error),
      attempts: letter.attempts + 1,
      firstFailedAt: letter.firstFailedAt,
    });
    await this.#options.db.transaction().execute(async (tx) => {
      const executor = executorOf(tx, 'redrive');
      await executor.query(FAILED_AGAIN, [
        ...[letter.id, reason, code, message, fingerprint],
        lastFailedAt,
      ]);
      await audit(executor, {
        ...{ actor, letter, detail: message },
        action: 'redrive',
        result: 'failed',
      });
    });
  }
}

async function refuseBehind(executor: TransactionExecutor, letter: DeadLetter): Promise<void> {
  if (!letter.holdsKey) return;
  const { id, group, stream, key } = letter;
  const { rows } = await executor.query(EARLIER, [group, stream, key, id]);
  const [earlier] = rows as { id: string }[];
  if (earlier === undefined) return;
  throw new OutboxError(
    'KEY_ORDER',
    `Dead letter ${id} stands behind ${earlier.id} of its key; redrive or discard that one first`,
  );
}

function reasonOf(error: Error) {
  const kind = failureKindOf(error) === 'permanent' ? 'rejected' : 'max-attempts';
  return deadLetterReasonOf(error) ?? kind;
}

async function audit(
  executor: TransactionExecutor,
  record: {
    readonly actor: string;
    readonly action: 'redrive' | 'discard';
    readonly letter: DeadLetter;
    readonly result: 'done' | 'failed';
    readonly detail?: string;
  },
): Promise<void> {
  const { actor, action, letter, result, detail = null } = record;
  await executor.query(AUDIT, [
    ...[actor, action, letter.id, letter.group, letter.stream, letter.key],
    ...[letter.eventId, letter.eventType, result, detail],
  ]);
}
