import { mutated } from './mutated-relay.js';
import { pollingRelay } from './polling-relay.js';
import type { RelayRule } from './relay-rule.js';
import type { RelayUnderTest } from './relay-under-test.js';
import { looping } from './looping-relay.js';
import {
  nobodyWaitsForBystanders,
  overlappingCommitsKeepTheirOrder,
} from './rules/commit-order.js';
import { lostClaimCannotMark, replicasNeverShareAKey } from './rules/claims.js';
import { countingInMemory } from './counting-relay.js';
import { eventsCarryTheirNumber } from './rules/numbering.js';
import { publishedIsRemoved } from './rules/growth.js';

/** A relay mode with one defect, and what its rule must say of it. */
export interface Mutant {
  readonly rule: RelayRule;
  readonly defect: string;
  readonly under: RelayUnderTest;
  readonly because: RegExp;
}

/** Skips what commits after a later position was read. */
const bareSequence = looping({
  where: `position > $2 and $1::text <> ''`,
  order: 'position',
});
/** Skips nothing, and breaks the order of a key: a transaction may take its id long before the key's lock. */
const xminHorizon = looping({
  where:
    '(xid, position) > ($1::text::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())',
  order: 'e.xid, position',
});

/** Takes what others have, and counts on being alone. */
const withoutClaim = mutated({
  beat: (text) => text.replace('alive_until > clock_timestamp()', 'false'),
  claim: (text) => text.replace('leased_until < clock_timestamp()', 'true'),
});
const withoutFence = mutated({
  advance: (text) =>
    text.replace('c.owner = $2', '$2::uuid is not null').replace('c.fence = held.fence', 'true'),
});

/** Keeps everything. */
const withoutRetention: RelayUnderTest = {
  ...pollingRelay,
  async open(database) {
    const store = await pollingRelay.open(database);
    const retention = store.retention?.bind(store);
    return {
      ...store,
      retention: (maxBytes) => ({ ...retention!(maxBytes), run: async () => undefined }),
    };
  },
};

export const mutants: readonly Mutant[] = [
  {
    rule: overlappingCommitsKeepTheirOrder,
    defect: 'reads by a bare sequence',
    under: bareSequence,
    because: /^[1-9]\d* events were skipped$/,
  },
  {
    rule: overlappingCommitsKeepTheirOrder,
    defect: 'reads below the oldest running transaction, by xid',
    under: xminHorizon,
    because: /^[1-9]\d* events came after a later one of their key$/,
  },
  {
    rule: nobodyWaitsForBystanders,
    defect: 'reads below the oldest running transaction',
    under: xminHorizon,
    because: /^an event waits for a transaction that has nothing to do with it$/,
  },
  {
    rule: replicasNeverShareAKey,
    defect: 'relays without a claim',
    under: withoutClaim,
    because: /^[1-9]\d* keys were with two relays at once$/,
  },
  {
    rule: lostClaimCannotMark,
    defect: 'marks without its fence',
    under: withoutFence,
    because: /^it (went back to|left) its own mark: [1-9]\d* events came again$/,
  },
  {
    rule: eventsCarryTheirNumber,
    defect: 'counts the events of a key outside of the transaction',
    under: countingInMemory,
    because: /^event \d+ of mesh.gauge.v1\/gauge-\d carries the number \d+$/,
  },
  {
    rule: publishedIsRemoved,
    defect: 'keeps what is published',
    under: withoutRetention,
    because: /^the table grew to \d+ bytes, more than \d+$/,
  },
];
