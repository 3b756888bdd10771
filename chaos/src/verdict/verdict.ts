import type { Verdict } from '../workload.js';
import type { Evidence } from './evidence.js';
import type { Finding, FindingKind } from './finding.js';
import { countRepeats } from './rules/streams.js';

const MOST_FINDINGS = 40;
/** A swapped number shows again and again; other keys are to be seen too. */
const MOST_OF_A_KEY = 3;

/** The findings as people read them. `fileOf` names the file with the history of a key. */
export function verdictOf(
  evidence: Evidence,
  findings: readonly Finding[],
  fileOf: (key: string) => string | undefined,
): Verdict {
  const count = (kind: FindingKind) => findings.filter((one) => one.kind === kind).length;
  const shown = fewOfEach(findings).map(({ kind, key, what }) => {
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

function fewOfEach(findings: readonly Finding[]): readonly Finding[] {
  const times = new Map<string, number>();
  const few = findings.filter(({ key }) => {
    times.set(key, (times.get(key) ?? 0) + 1);
    return (times.get(key) ?? 0) <= MOST_OF_A_KEY;
  });
  return few.slice(0, MOST_FINDINGS);
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
