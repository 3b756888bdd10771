import { disordered, doubled, lost, type Finding } from './finding.js';

export interface SequenceOptions {
  readonly key: string;
  /** Where the numbers were seen: `the outbox of order`. */
  readonly where: string;
  /** What has such numbers. @default 'version' */
  readonly what?: string;
  /** The numbers have to be 1 to this. */
  readonly last: number;
  /** May come again, as long as no number is skipped on the way: at-least-once. @default false */
  readonly repeats?: boolean;
}

/** Whether the numbers, in the order in which they were seen, are 1, 2, 3 … `last`, each once. */
export function judgeSequence(
  seen: readonly number[],
  { key, where, what = 'version', last, repeats = false }: SequenceOptions,
): Finding[] {
  const findings: Finding[] = [];
  const had = new Set<number>();
  let highest = 0;
  for (const number of seen) {
    if (number > last || number < 1)
      findings.push(doubled(key, `${where} has ${what} ${number}, which there never was`));
    else if (had.has(number)) {
      if (!repeats) findings.push(doubled(key, `${where} has ${what} ${number} again`));
    } else if (number < highest)
      findings.push(disordered(key, `${where} has ${what} ${number} after ${highest}`));
    had.add(number);
    highest = Math.max(highest, number);
  }
  for (let number = 1; number <= last; number += 1)
    if (!had.has(number)) findings.push(lost(key, `${where} lacks ${what} ${number} of ${last}`));
  return findings;
}
