import { banner } from '../testing/banner.js';
import type { CaseResult } from './report.js';

/** Of what every transport, or relay mode, or consumer promises, each row is one; `transports` are its columns. */
export interface MatrixOptions {
  readonly results: readonly CaseResult[];
  readonly transports: readonly string[];
  /** Numbers that have a row even when no case of them is there. */
  readonly rules: readonly number[];
}

const TITLE_WIDTH = 70;
const NOT_RUN = 'NOT RUN';

interface Row {
  readonly name: string;
  readonly title: string;
  readonly cells: readonly string[];
}

/**
 * Rules by transports as lines: `pass`, `FAIL`, `no <feature>` where it is not offered and refused by
 * that name, and `NOT RUN`, which is said once more in a frame.
 */
export function matrixLines({ results, transports, rules }: MatrixOptions): readonly string[] {
  const rows = rowsOf({ results, transports, rules });
  const wide = Math.max(...rows.flatMap(({ cells }) => cells.map(({ length }) => length)), 8);
  const line = (name: string, title: string, cells: readonly string[]) =>
    [name.padEnd(8), title.padEnd(TITLE_WIDTH), ...cells.map((cell) => cell.padEnd(wide))]
      .join('  ')
      .trimEnd();
  const missing = rows.filter(({ cells }) => cells.includes(NOT_RUN));
  return [
    line('', '', transports),
    ...rows.map(({ name, title, cells }) => line(name, shortened(title), cells)),
    ...(missing.length === 0
      ? []
      : banner(`Did not run: ${missing.map(whereOf).join('; ')}`).split('\n')),
  ];

  function whereOf({ name, cells }: Row): string {
    return `${name} on ${transports.filter((_, index) => cells[index] === NOT_RUN).join(', ')}`;
  }
}

/** How many cells are good, and how many are not, because they failed or did not run. */
export function countCells(options: MatrixOptions): {
  readonly passed: number;
  readonly failed: number;
} {
  const cells = rowsOf(options).flatMap((row) => row.cells);
  const failed = cells.filter((cell) => cell === 'FAIL' || cell === NOT_RUN).length;
  return { passed: cells.length - failed, failed };
}

function rowsOf({ results: all, transports, rules }: MatrixOptions): readonly Row[] {
  const results = all.filter(({ transport }) => transports.includes(transport));
  const numbered = rules.map((number) => ({
    number,
    of: results.filter(({ rule }) => rule === number),
  }));
  const contract = Map.groupBy(
    results.filter(({ rule }) => rule === null),
    ({ title }) => title,
  );
  return [
    ...numbered.map(({ number, of }) => row(`rule ${number}`, of[0]?.title ?? '', of)),
    ...[...contract].map(([title, of]) => row('contract', title, of)),
  ];

  function row(name: string, title: string, of: readonly CaseResult[]): Row {
    const cells = transports.map((name) =>
      worst(of.filter(({ transport }) => transport === name).map(cellOf)),
    );
    return { name, title, cells };
  }
}

/** A number may have several cases: the one that is worst is shown. */
function worst(cells: readonly string[]): string {
  const bad = ['FAIL', NOT_RUN].find((cell) => cells.includes(cell));
  return bad ?? cells.find((cell) => cell !== 'pass') ?? cells[0] ?? NOT_RUN;
}

function cellOf(result: CaseResult): string {
  if (result.outcome === 'failed') return 'FAIL';
  if (result.lacking !== undefined) return `no ${result.lacking}`;
  return result.outcome === 'passed' ? 'pass' : NOT_RUN;
}

function shortened(title: string): string {
  return title.length <= TITLE_WIDTH ? title : `${title.slice(0, TITLE_WIDTH - 1)}…`;
}
