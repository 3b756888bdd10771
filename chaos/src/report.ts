import type { KindTally, Tally } from './faults/tally.js';
import type { Verdict } from './workload.js';

/** Faults by kind with recovery times: p50 and the longest. */
export function faultLines(tally: Tally): readonly string[] {
  const rows = [...tally.byKind, { ...tally.all, kind: 'all' }];
  const width = Math.max(...rows.map(({ kind }) => kind.length));
  const line = ({ kind, count, p50Ms, maxMs }: KindTally) =>
    `  ${kind.padEnd(width)}  ${String(count).padStart(5)}  ${seconds(p50Ms)}  ${seconds(maxMs)}`;
  return [
    `  ${'fault'.padEnd(width)}  count        p50        max  of the recovery`,
    ...rows.map(line),
  ];
}

/** The last line of a run, for people and scripts. */
export function finalLine(verdict: Verdict, faults: number): string {
  const { orders, lost, doubled, disordered } = verdict;
  return `chaos: ${orders} orders, ${faults} faults, lost ${lost}, doubled ${doubled}, disordered ${disordered}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`.padStart(9);
}
