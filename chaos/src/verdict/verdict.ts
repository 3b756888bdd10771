import { counted } from '../telling.js';
import type { Verdict } from '../workload.js';
import type { Evidence } from './evidence.js';
import type { Finding, FindingKind } from './finding.js';
import { countRepeats } from './rules/streams.js';

const MOST_OF_A_KIND = 5;
/** A swapped number shows again and again; other keys are to be seen too. */
const MOST_OF_A_KEY = 3;

const kinds = ['lost', 'doubled', 'disordered', 'unfinished', 'unexplained'] as const;

/** The findings as people read them. `fileOf` names the file with the history of a key. */
export function verdictOf(
  evidence: Evidence,
  findings: readonly Finding[],
  fileOf: (key: string) => string | undefined,
): Verdict {
  const count = (kind: FindingKind) => findings.filter((one) => one.kind === kind).length;
  const few = fewOfEach(findings);
  const shown = few.map(({ kind, key, what }) => {
    const file = fileOf(key);
    return `${kind}: ${key}: ${what}${file === undefined ? '' : ` (${file})`}`;
  });
  const more = kinds.flatMap((kind) => {
    const left = count(kind) - few.filter((one) => one.kind === kind).length;
    return left > 0 ? [`and ${left} more ${kind}`] : [];
  });
  return {
    orders: evidence.orders.length,
    lost: count('lost'),
    doubled: count('doubled'),
    disordered: count('disordered'),
    findings: [...shown, ...more],
    notes: notesOf(evidence),
  };
}

/** Those that people are shown: some of each kind, and not all about one key. */
export function fewOfEach(findings: readonly Finding[]): readonly Finding[] {
  const times = new Map<string, number>();
  const again = (name: string) => times.set(name, (times.get(name) ?? 0) + 1).get(name) ?? 0;
  const few = findings.filter(({ kind, key }) => again(`${kind} ${key}`) <= MOST_OF_A_KEY);
  return few.filter(({ kind }) => again(kind) <= MOST_OF_A_KIND);
}

function notesOf({ commands, orders, keys, mails, messages, sightings }: Evidence): string[] {
  const unknown = commands.filter(({ outcome }) => outcome.kind === 'unknown');
  const placed = new Set(keys.map(({ customerId, key }) => `${customerId} ${key}`));
  const unanswered = unknown.filter((one) => one.kind === 'place');
  const found = unanswered.filter((one) => placed.has(`${one.customerId} ${one.idempotencyKey}`));
  const of = (status: string) => orders.filter((order) => order.status === status).length;
  const seen = sightings.reduce((sum, { updates }) => sum + updates.length, 0);
  const sureness =
    unknown.length === 0
      ? 'what became of each was answered'
      : `what became of ${unknown.length} was never answered (the answer got lost or its customer gave up), so the data tells: of ${counted(unanswered.length, 'order')} among them it shows ${found.length} placed`;
  return [
    `${counted(orders.length, 'order')}: ${of('CONFIRMED')} confirmed, ${of('REJECTED')} rejected, ${of('CANCELLED')} cancelled`,
    `${counted(commands.length, 'command')}; ${sureness}`,
    `${counted(mails.length, 'mail')}; ${counted(seen, 'update')} seen by ${counted(sightings.length, 'watcher')}`,
    `${counted(messages.length, 'message')} in streams, ${countRepeats(messages)} of them sent again (at least once; each has one effect)`,
  ];
}
