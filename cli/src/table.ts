/** Columns as wide as their longest cell; the last one is cut at the width of the terminal. */
export function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  width = process.stdout.columns,
): string[] {
  const all = [titles, ...rows.map((row) => row.map(oneLine))];
  const widths = titles.map((_, column) =>
    Math.max(...all.map((row) => [...(row[column] ?? '')].length)),
  );
  return all.map((row) => {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    return (width === undefined ? line : line.slice(0, width)).trimEnd();
  });
}

/** Of milliseconds, in its largest whole unit: 90 s are `1m`. */
export function age(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const;
  const [unit, size] = units.find(([, size]) => ms >= size) ?? ['s', 1000];
  return `${Math.floor(ms / size)}${unit}`;
}

/** Of a stranger's text: on one line, and without what a terminal would obey. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/\p{Cc}/gu, '·');
}
