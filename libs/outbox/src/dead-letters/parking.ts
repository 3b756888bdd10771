import { RejectedError, type Delivery } from '@mesh/messaging';
import { CompiledQuery, type Kysely } from 'kysely';
import { Gaps } from '../key-numbers/sequence-gap.js';
import { executorOf, type OpenTransaction, type TransactionExecutor } from '../open-transaction.js';
import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import { placeOf, type Arrival } from './arrival.js';
import { claimBatch, type Claim } from './claim-batch.js';
import { claimNumbers } from './claim-numbers.js';
import {
  claimNumber,
  isBeforeParked,
  isNumbered,
  type Numbered,
  type NumberClaim,
} from './in-order.js';
import type { Failure } from './failure.js';
import { notification, type KeyPlace, type ParkedKeys } from './parked-keys.js';
import { PassedOver } from './passed-over.js';
import { RecordBatches } from './record-batches.js';
import { insertRecord } from './record-statement.js';
import { PARKED_CHANNEL } from './schema.js';

/**
 * What becomes of later events of the key of a dead letter.
 * - `park-key`: they are parked behind it, in their order, until it is redriven or discarded.
 * - `skip`: they go on.
 */
export type FailurePolicy = 'park-key' | 'skip';

const CLAIM = `insert into ${INBOX_SCHEMA}.handled (group_name, source, event_id) values ($1, $2, $3) on conflict do nothing returning true`;
// Not parked by the snapshot of this statement: what was parked before the event was handed over is in it.
const CLAIM_UNLESS_PARKED = `
with parked as materialized (
  select from ${INBOX_SCHEMA}.parked_key where group_name = $1 and stream = $4 and key = $5
), claimed as (
  insert into ${INBOX_SCHEMA}.handled (group_name, source, event_id)
  select $1, $2, $3 where not exists (select from parked) on conflict do nothing returning true
)
select exists (select from claimed) as claimed, exists (select from parked) as parked`;
const IS_PARKED = `select from ${INBOX_SCHEMA}.parked_key where group_name = $1 and stream = $2 and key = $3`;
// Waits for a redrive of the key to end; afterwards the key may be free.
const HOLD_PARKED = `${IS_PARKED} for share`;
const PARK_KEY = `insert into ${INBOX_SCHEMA}.parked_key (group_name, stream, key) values ($1, $2, $3) on conflict do nothing`;
const HEAD = `
select id, reason, error_code as code, fingerprint from ${INBOX_SCHEMA}.dead_letter
where group_name = $1 and stream = $2 and key = $3 and holds_key order by id limit 1`;

/** Where what can not be handled is parked. */
export interface ParkingOptions {
  /** The service's database. */
  readonly db: Pick<Kysely<unknown>, 'transaction' | 'executeQuery'>;
  /** The keys that are parked already, whose events park behind them. */
  readonly keys: Pick<ParkedKeys, 'has' | 'parked'>;
  /**
   * Milliseconds that an event waits for one that is missing before it in its key, before it is parked
   * as a `gap`; other keys go on. @default 30000
   */
  readonly gapTimeoutMs?: number;
}

/**
 * Parks events in the consumer's database, beside its inbox. A parked event counts as taken by its
 * group: the record, the note in the inbox and, by policy, the key commit together, so that a repeat
 * of the delivery changes nothing. Safe for concurrent use, also by several replicas.
 */
export class Parking {
  readonly #options: ParkingOptions;
  readonly #batches: RecordBatches;
  readonly #gaps: Gaps;
  readonly #passedOver: PassedOver;

  constructor(options: ParkingOptions) {
    this.#options = options;
    this.#gaps = new Gaps(options.gapTimeoutMs ?? 30_000);
    const alone: TransactionExecutor = {
      query: (text, values) => options.db.executeQuery(CompiledQuery.raw(text, values)),
    };
    this.#batches = new RecordBatches(alone);
    this.#passedOver = new PassedOver(alone);
  }

  /**
   * Runs the effect unless the event was handled before or its key is parked, in which case it is
   * parked behind. In the transaction of the effect, like `handleOnce`.
   * @throws OutboxError OUTSIDE_TRANSACTION
   */
  async handleUnlessParked(
    tx: OpenTransaction,
    arrival: Arrival,
    effect: () => Promise<unknown>,
  ): Promise<'done' | 'repeated' | 'parked'> {
    const executor = executorOf(tx, 'handleUnlessParked');
    const place = placeOf(arrival);
    const { group, event } = arrival;
    const values = [group, event.source, event.id];
    if (place === undefined) {
      if (!(await claim(executor, arrival))) return 'repeated';
      await effect();
      return 'done';
    }
    if (isNumbered(arrival)) return this.#handleInOrder(executor, arrival, place, effect);
    if (this.#options.keys.has(place) && (await parkBehind(executor, arrival, place)))
      return 'parked';
    for (;;) {
      const { rows } = await executor.query(CLAIM_UNLESS_PARKED, [
        ...values,
        place.stream,
        place.key,
      ]);
      const { claimed, parked } = rows[0] as { claimed: boolean; parked: boolean };
      if (claimed) {
        await effect();
        return 'done';
      }
      if (!parked) return 'repeated';
      if (await parkBehind(executor, arrival, place)) return 'parked';
    }
  }

  /**
   * Notes in the inbox, in one statement, those of the arrivals that it has no note of and whose key is
   * not parked; in the transaction of their effects. All are of one group and stream. With numbers, those
   * of a key that are not next count as `parked`, for the single event's way to see to.
   * @throws OutboxError OUTSIDE_TRANSACTION
   */
  claimBatch(tx: OpenTransaction, arrivals: readonly Arrival[]): Promise<readonly Claim[]> {
    const executor = executorOf(tx, 'claimBatch');
    return arrivals.some(isNumbered)
      ? claimNumbers(executor, arrivals)
      : claimBatch(executor, arrivals);
  }

  /** Whether the key of an arrival is known to be parked. May be behind for a moment. */
  isParked(arrival: Arrival): boolean {
    const place = placeOf(arrival);
    return place !== undefined && this.#options.keys.has(place);
  }

  /** Parks the event behind a dead letter of its key; false when its key is not parked. */
  async parkBehind(arrival: Arrival): Promise<boolean> {
    const place = placeOf(arrival);
    if (place === undefined) return false;
    return this.#options.db.transaction().execute(async (tx) => {
      const executor = executorOf(tx, 'parkBehind');
      if (!this.#options.keys.has(place)) {
        const { rows } = await executor.query(IS_PARKED, partsOf(place));
        if (rows.length === 0) return false;
      }
      return parkBehind(executor, arrival, place);
    });
  }

  /**
   * Parks an event that failed; true when this call did, false when it was handled or parked before.
   * By `park-key` its key is parked with it, in a transaction of its own; what holds no key is
   * recorded together with others that come at the same time.
   */
  async park(arrival: Arrival, failure: Failure, policy: FailurePolicy): Promise<boolean> {
    const place = policy === 'park-key' ? placeOf(arrival) : undefined;
    const record = {
      arrival,
      failure: { ...failure, holdsKey: place !== undefined, behind: null },
    };
    const inOrder = isNumbered(arrival) ? placeOf(arrival) : undefined;
    if (inOrder !== undefined)
      return this.#parkInOrder(arrival as Numbered, failure, policy, inOrder);
    if (place === undefined) return this.#batches.record(record);
    const parked = await this.#options.db.transaction().execute(async (tx) => {
      const executor = executorOf(tx, 'park');
      if (!(await claim(executor, arrival))) return false;
      await executor.query(PARK_KEY, partsOf(place));
      await notify(executor, '+', place);
      await insertRecord(executor, record);
      return true;
    });
    if (parked) this.#options.keys.parked(place);
    return parked;
  }

  /** The number of an event that nobody handles counts as taken; without one there is nothing to do. */
  async passOver(arrival: Arrival): Promise<void> {
    const place = placeOf(arrival);
    if (place === undefined || !isNumbered(arrival)) return;
    if (await this.#passedOver.take(arrival, place)) return;
    await this.#options.db
      .transaction()
      .execute((tx) =>
        this.#handleInOrder(executorOf(tx, 'passOver'), arrival, place, async () => undefined),
      );
  }

  /** What an event is refused with that is not next in its key and no repeat. */
  #refusalOf(delivery: Delivery, number: bigint, claim: NumberClaim): Error {
    if (claim.is === 'gap') return this.#gaps.errorOf(delivery, number, claim.last);
    return new RejectedError('gap', `Number ${number} of its key came after later ones`);
  }

  async #handleInOrder(
    executor: TransactionExecutor,
    arrival: Numbered,
    place: KeyPlace,
    effect: () => Promise<unknown>,
  ): Promise<'done' | 'repeated' | 'parked'> {
    let known = this.#options.keys.has(place);
    for (;;) {
      if (known && (await isHeld(executor, place))) {
        // What the parked ones wait for is let through.
        if (!(await isBeforeParked(executor, arrival, place))) {
          await recordBehind(executor, arrival, place);
          return 'parked';
        }
        const claim = await claimNumber(executor, arrival, place, { parkedToo: true });
        if (claim.is === 'repeated') return 'repeated';
        if (claim.is !== 'new') {
          await recordBehind(executor, arrival, place);
          return 'parked';
        }
        await effect();
        return 'done';
      }
      const claim = await claimNumber(executor, arrival, place, { parkedToo: false });
      if (claim.is === 'new') {
        await effect();
        return 'done';
      }
      if (claim.is === 'repeated') return 'repeated';
      if (claim.is !== 'parked') throw this.#refusalOf(arrival.delivery, arrival.number, claim);
      known = true;
    }
  }

  /** A key with a gap is parked whatever the policy: what comes next would be another gap. */
  async #parkInOrder(
    arrival: Numbered,
    failure: Failure,
    policy: FailurePolicy,
    place: KeyPlace,
  ): Promise<boolean> {
    let holdsKey = false;
    const parked = await this.#options.db.transaction().execute(async (tx) => {
      const executor = executorOf(tx, 'park');
      const claim = await claimNumber(executor, arrival, place, { parkedToo: true });
      if (claim.is === 'repeated') return false;
      holdsKey = claim.is === 'gap' || (claim.is === 'new' && policy === 'park-key');
      if (holdsKey) {
        await executor.query(PARK_KEY, partsOf(place));
        await notify(executor, '+', place);
      }
      const record = { arrival, failure: { ...failure, holdsKey, behind: null } };
      return (await insertRecord(executor, record)) !== undefined;
    });
    if (parked && holdsKey) this.#options.keys.parked(place);
    return parked;
  }
}

export async function notify(
  executor: TransactionExecutor,
  sign: '+' | '-',
  place: KeyPlace,
): Promise<void> {
  await executor.query('select pg_notify($1, $2)', [PARKED_CHANNEL, notification(sign, place)]);
}

export function partsOf({ group, stream, key }: KeyPlace): unknown[] {
  return [group, stream, key];
}

async function claim(executor: TransactionExecutor, { group, event }: Arrival): Promise<boolean> {
  const { rows } = await executor.query(CLAIM, [group, event.source, event.id]);
  return rows.length > 0;
}

async function isHeld(executor: TransactionExecutor, place: KeyPlace): Promise<boolean> {
  return (await executor.query(HOLD_PARKED, partsOf(place))).rows.length > 0;
}

/** False when the key is not parked, or not any more. */
async function parkBehind(
  executor: TransactionExecutor,
  arrival: Arrival,
  place: KeyPlace,
): Promise<boolean> {
  if (!(await isHeld(executor, place))) return false;
  await recordBehind(executor, arrival, place);
  return true;
}

async function recordBehind(
  executor: TransactionExecutor,
  arrival: Arrival,
  place: KeyPlace,
): Promise<void> {
  const { rows } = await executor.query(HEAD, partsOf(place));
  const head = rows[0] as Pick<Failure, 'reason' | 'code' | 'fingerprint'> & { id: string };
  if (!(await isTaken(executor, arrival, place))) return;
  const now = new Date();
  const failure = {
    ...head,
    message: `Parked behind dead letter ${head.id} of its key`,
    attempts: 0,
    firstFailedAt: now,
    lastFailedAt: now,
    holdsKey: true,
    behind: head.id,
  };
  await insertRecord(executor, { arrival, failure });
}

/** False for a repeat. Behind a gap a number is not taken before its redrive: the record alone tells a repeat. */
async function isTaken(
  executor: TransactionExecutor,
  arrival: Arrival,
  place: KeyPlace,
): Promise<boolean> {
  if (!isNumbered(arrival)) return claim(executor, arrival);
  const { is } = await claimNumber(executor, arrival, place, { parkedToo: true });
  return is !== 'repeated';
}
