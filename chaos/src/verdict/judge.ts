import type { Evidence } from './evidence.js';
import type { Finding } from './finding.js';
import { judgeCommands } from './rules/commands.js';
import { judgeEffects } from './rules/effects.js';
import { judgeLeftovers } from './rules/leftovers.js';
import { judgeNotifications } from './rules/notifications.js';
import { judgeOrders } from './rules/orders.js';
import { judgeReservations } from './rules/reservations.js';
import { judgeStock } from './rules/stock.js';
import { judgeStreams } from './rules/streams.js';
import { judgeWatchers } from './rules/watchers.js';

const rules: readonly ((evidence: Evidence) => readonly Finding[])[] = [
  judgeCommands,
  judgeOrders,
  judgeReservations,
  judgeStock,
  judgeNotifications,
  judgeEffects,
  judgeStreams,
  judgeWatchers,
  judgeLeftovers,
];

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
