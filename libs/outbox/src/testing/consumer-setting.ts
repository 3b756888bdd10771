import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import type { Handling } from '@mesh/messaging/middleware';
import { sql, type Kysely } from 'kysely';
import { installParking } from '../dead-letters/schema.js';
import { Parking } from '../dead-letters/parking.js';
import { installInbox } from '../postgres/inbox-schema.js';
import { installKeyNumbers } from '../postgres/key-number-schema.js';
import type { ConsumerParts, Effect } from './consumer-under-test.js';
import { pollingRelay } from './polling-relay.js';
import { openRelaySetting, type RelaySetting } from './relay-setting.js';

/** An event as the rules know it. */
export interface Sent {
  readonly gauge: string;
  readonly version: number;
}

/** What the database says of all events, by `gauge/version`. */
export interface Evidence {
  /** How often each had its effect. */
  readonly effects: ReadonlyMap<string, number>;
  readonly noted: number;
  /** How many events tell of each. */
  readonly told: ReadonlyMap<string, number>;
  /** Effects that came after one of a later event of their key. */
  readonly disordered: number;
}

interface Seen {
  readonly effects: readonly Sent[];
  readonly entries: readonly { readonly key: string; readonly n: number }[];
  readonly noted: number;
}

// One snapshot.
const SEEN = `select
  (select coalesce(json_agg(json_build_object('gauge', gauge, 'version', version) order by n), '[]') from effect) as effects,
  (select coalesce(json_agg(e), '[]') from (select key, count(*)::int as n from mesh_outbox.entry group by key) e) as entries,
  (select count(*) from mesh_inbox.handled)::int
    + (select coalesce(sum(number - first + 1), 0) from mesh_inbox.key_number)::int as noted`;

export interface ConsumerSetting extends RelaySetting {
  readonly parts: Omit<ConsumerParts, 'at'>;
  evidence(): Promise<Evidence>;
}

/** A replica of a consumer's service, on a database that is empty or that another replica has opened. */
export async function openConsumerSetting(url: string): Promise<ConsumerSetting> {
  const setting = await openRelaySetting(pollingRelay, url);
  const { pool, outbox } = setting;
  await installInbox(pool);
  await installKeyNumbers(pool);
  await installParking(pool);
  await pool.query(
    'create table if not exists effect (n bigserial primary key, gauge text not null, version int not null)',
  );
  const db = setting.db as unknown as Kysely<unknown>;
  const parking = new Parking({ db, keys: { has: () => false, parked: () => {} } });
  return {
    ...setting,
    parts: { ...{ db, outbox, parking, group: 'gauge' }, effect: effectWith(setting) },
    async evidence() {
      const { rows } = await pool.query<Seen>(SEEN);
      const [{ effects, entries, noted }] = rows as [Seen];
      return { ...judged(effects), noted, told: new Map(entries.map(({ key, n }) => [key, n])) };
    },
  };
}

export const nameOf = ({ gauge, version }: Sent) => `${gauge}/${version}`;

function effectWith({ outbox }: Pick<RelaySetting, 'outbox'>): Effect {
  const sent = ({ data }: Handling) => data as Sent;
  return {
    async change(tx, handling) {
      const { gauge, version } = sent(handling);
      await sql`insert into effect (gauge, version) values (${gauge}, ${version})`.execute(tx);
    },
    async append(tx, handling) {
      const told = {
        gauge: nameOf(sent(handling)),
        level: 0,
        version: 1,
        occurredAt: new Date(),
      };
      await outbox.append(tx, GaugeChanged, told);
    },
  };
}

function judged(rows: readonly Sent[]): Pick<Evidence, 'effects' | 'disordered'> {
  const effects = new Map<string, number>();
  const last = new Map<string, number>();
  let disordered = 0;
  for (const row of rows) {
    const name = nameOf(row);
    effects.set(name, (effects.get(name) ?? 0) + 1);
    if (row.version < (last.get(row.gauge) ?? 0)) disordered += 1;
    last.set(row.gauge, Math.max(row.version, last.get(row.gauge) ?? 0));
  }
  return { effects, disordered };
}
