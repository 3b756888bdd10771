import type { Verdict } from '../workload.js';
import type { Evidence } from './evidence.js';
import type { Finding, FindingKind } from './finding.js';
import { countRepeats } from './rules/streams.js';

const MOST_FINDINGS = 40;

/** The findings as people read them. `fileOf` names the file with the history of a key. */
export function verdictOf(
  evidence: Evidence,
  findings: readonly Finding[],
  fileOf: (key: string) => string | undefined,
): Verdict {
  const count = (kind: FindingKind) => findings.filter((one) => one.kind === kind).length;
  const shown = findings.slice(0, MOST_FINDINGS).map(({ kind, key, what }) => {
    const file = fileOf(key);
    return `${kind}: ${key}: ${what}${file === undefined ? '' : ` (${file})`}`;
  });
  const more = findings.length - shown.length;
  return {
    orders: evidence.orders.length,
    lost: count('lost'),
    doubled: count('doubled'),
    disordered: count('disordered'),
    findings: more > 0 ? [...shown, `and ${more} more`] : shown,
    notes: notesOf(evidence),
  };
}

function notesOf({ commands, orders, keys, mails, messages, sightings }: Evidence): string[] {
  const unknown = commands.filter(({ outcome }) => outcome.kind === 'unknown');
  const placed = new Set(keys.map(({ customerId, key }) => `${customerId} ${key}`));
  const unanswered = unknown.filter((one) => one.kind === 'place');
  const found = unanswered.filter((one) => placed.has(`${one.customerId} ${one.idempotencyKey}`));
  const of = (status: string) => orders.filter((order) => order.status === status).length;
  const seen = sightings.reduce((sum, { updates }) => sum + updates.length, 0);
  return [
    `${orders.length} orders: ${of('CONFIRMED')} confirmed, ${of('REJECTED')} rejected, ${of('CANCELLED')} cancelled`,
    `${commands.length} commands; ${unknown.length} without a sure answer, among them ${unanswered.length} orders, of which the data shows ${found.length} placed`,
    `${mails.length} mails; ${seen} updates seen by ${sightings.length} watchers`,
    `${messages.length} messages in streams, ${countRepeats(messages)} of them repeats (at least once; each has one effect)`,
  ];
}
