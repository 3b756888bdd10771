import { RejectedError, type Delivery } from '@mesh/messaging';
import { around, decode, retry, type HandleEvent } from '@mesh/messaging/middleware';
import pg from 'pg';
import { DeadLetters } from '../dead-letters/dead-letters.js';
import { DeadLetterOperations } from '../dead-letters/operations.js';
import { ParkedKeys } from '../dead-letters/parked-keys.js';
import { arrivalFor, type InboxKind } from '../dead-letters/arrival.js';
import { Parking, type FailurePolicy } from '../dead-letters/parking.js';
import { installParking } from '../dead-letters/schema.js';
import { inbox, unlessParked } from '../middleware/inbox.js';
import { park } from '../middleware/park.js';
import { passOver } from '../middleware/pass-over.js';
import { installKeyNumbers } from '../postgres/key-number-schema.js';
import { openSetting, type Setting } from './setting.js';
import { group, gaugeChanged, stream } from './gauge-delivery.js';

export { group, gaugeChanged, stream };

/** A replica of a consumer: it notes the versions of each gauge, and fails while it is told to. */
export interface Replica {
  readonly keys: ParkedKeys;
  readonly operations: DeadLetterOperations;
  /** As a transport would: fulfilled when the delivery is acked. */
  deliver(delivery: Delivery): Promise<void>;
  /** The same for an event that nobody handles. */
  pass(delivery: Delivery): Promise<void>;
  close(): Promise<void>;
}

export interface ParkSetting extends Setting {
  /** The events that fail, as `gauge/version`, and how. */
  readonly failing: Map<string, () => Error>;
  readonly letters: DeadLetters;
  /** `mutate` makes a double that parks in another way. */
  replica(options?: ReplicaOptions): Promise<Replica>;
  /** The versions that had their effect, in its order. */
  effects(gauge: string): Promise<number[]>;
}

export interface ReplicaOptions {
  readonly policy?: FailurePolicy;
  /** @default 'effectively-once' */
  readonly delivery?: 'effectively-once' | 'at-least-once';
  readonly mutate?: (parking: Parking) => Parking;
  /** @default 'by-event' */
  readonly kind?: InboxKind;
  readonly gapTimeoutMs?: number;
  /** What a redrive reads, as a version with a fix does. */
  readonly repaired?: (delivery: Delivery) => Delivery;
}

export const rejection = () => new RejectedError('rejected', 'The shelf 17 is closed');

/** A consumer's database with an inbox, dead letters, and a table of effects. */
export async function openParkSetting(): Promise<ParkSetting> {
  const setting = await openSetting();
  const { pool, db } = setting;
  await installParking(pool);
  await installKeyNumbers(pool);
  await pool.query('create table effect (n serial primary key, gauge text, version int)');
  const failing = new Map<string, () => Error>();
  const effect: HandleEvent = async ({ data, tx }) => {
    const { gauge, version } = data as { gauge: string; version: number };
    await ((tx ?? db) as typeof db)
      .insertInto('effect' as never)
      .values({ gauge, version } as never)
      .execute();
    const failure = failing.get(`${gauge}/${version}`);
    if (failure !== undefined) throw failure();
    return 'done';
  };
  const replica = async (options: ReplicaOptions = {}) => {
    const { policy = 'park-key', delivery = 'effectively-once' } = options;
    const { mutate = (it) => it, repaired = (it) => it } = options;
    const keys = new ParkedKeys({
      pool,
      async connect() {
        const client = new pg.Client(pool.options.connectionString);
        await client.connect();
        return client;
      },
    });
    await keys.start();
    const { kind = 'by-event', gapTimeoutMs = 30_000 } = options;
    const parking = mutate(new Parking({ db: db as never, keys, gapTimeoutMs }));
    const outbox = { wake: () => {} };
    const handle = around(
      effect,
      retry({ attempts: 2, minMs: 1 }),
      delivery === 'effectively-once'
        ? inbox({ db: db as never, parking, group, outbox, kind })
        : unlessParked({ parking, group }),
    );
    const redriven = (tx: unknown, unread: boolean): HandleEvent => {
      const once: HandleEvent = (handling) => effect({ ...handling, tx });
      if (!unread) return once;
      return (handling) =>
        parking.handleUnlessParked(tx as never, arrivalFor(kind, { group, ...handling }), () =>
          once(handling),
        );
    };
    const operations = new DeadLetterOperations({
      db: db as never,
      keys,
      handle: (delivery, tx, unread) => decode(() => redriven(tx, unread))(repaired(delivery)),
    });
    const parked = park({ parking, group, kind, policyOf: () => policy });
    const deliver = parked(decode(() => handle));
    const pass = parked(passOver({ parking, group }));
    return { keys, operations, deliver, pass, close: () => keys.close() };
  };
  return {
    ...setting,
    failing,
    letters: new DeadLetters(pool),
    replica,
    async effects(gauge) {
      const { rows } = await pool.query('select version from effect where gauge = $1 order by n', [
        gauge,
      ]);
      return rows.map(({ version }) => version as number);
    },
  };
}

/** Parks by the record, and forgets the key: what suites must reject. */
export function forgetsKeys(parking: Parking): Parking {
  const mutant: Pick<Parking, 'handleUnlessParked' | 'parkBehind' | 'park'> = {
    handleUnlessParked: (tx, arrival, effect) => parking.handleUnlessParked(tx, arrival, effect),
    parkBehind: (arrival) => parking.parkBehind(arrival),
    park: (arrival, failure) => parking.park(arrival, failure, 'skip'),
  };
  return mutant as Parking;
}
