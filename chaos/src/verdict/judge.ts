import type { Evidence, Stores } from './evidence.js';
import type { Finding } from './finding.js';
import { judgeCommands } from './rules/commands.js';
import { judgeEffects } from './rules/effects.js';
import { judgeInboxes, judgePassedOver } from './rules/inboxes.js';
import { judgeLeftovers } from './rules/leftovers.js';
import { judgeAnnounced, judgeNotifications } from './rules/notifications.js';
import { judgeOrderHistories, judgeOrders } from './rules/orders.js';
import { judgeReservations, judgeReservationsTold } from './rules/reservations.js';
import { judgeStock, judgeStockTold } from './rules/stock.js';
import { judgeStreams } from './rules/streams.js';
import { judgeWatchers } from './rules/watchers.js';

const rules: readonly ((evidence: Evidence) => readonly Finding[])[] = [
  judgeCommands,
  judgeOrders,
  judgeReservations,
  judgeStock,
  judgeNotifications,
  judgeEffects,
  judgeInboxes,
  judgeStreams,
  judgeWatchers,
  judgeLeftovers,
];

/** Those that hold at every moment, of a mesh that is at work too: what breaks one is not mended later. */
const lastingRules: readonly ((stores: Stores) => readonly Finding[])[] = [
  judgeOrderHistories,
  judgeReservationsTold,
  judgeStockTold,
  judgeAnnounced,
  judgeEffects,
  judgePassedOver,
];

/** What no later moment can mend; between its rules others get their turn. */
export async function judgeBeforeTheEnd(
  stores: Stores,
  between: () => Promise<void>,
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const rule of lastingRules) {
    await between();
    found.push(...rule(stores));
  }
  return found;
}

/** As `judge`; between its rules others get their turn. */
export async function judgeInTurns(
  evidence: Evidence,
  between: () => Promise<void>,
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const rule of rules) {
    await between();
    found.push(...rule(evidence));
  }
  return found;
}

/** Everything that is not as it has to be, from data alone. One fault may show at several places. */
export function judge(evidence: Evidence): readonly Finding[] {
  return rules.flatMap((rule) => rule(evidence));
}
