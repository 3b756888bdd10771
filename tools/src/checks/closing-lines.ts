import { summary, type Counts } from './check.js';

/** So that what failed, what was unsteady and the counts are within the last 20 lines of a log. */
const MOST_OF_EACH = 8;

/** The end of `npm test`: what failed, what was unsteady, the counts. A log that was cut still tells these. */
export function closingLines(total: Counts): readonly string[] {
  return [
    ...headed('Passed at a second try only, look into it:', total.unsteady ?? []),
    ...headed('Failed:', total.failures ?? []),
    summary(total),
  ];
}

function headed(head: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const [shown, left] =
    lines.length > MOST_OF_EACH
      ? [lines.slice(0, MOST_OF_EACH - 1), [`… and ${lines.length - MOST_OF_EACH + 1} more`]]
      : [lines, []];
  return [head, ...[...shown, ...left].map((line) => `  ${line}`)];
}
