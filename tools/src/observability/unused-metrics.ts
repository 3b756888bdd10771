import { labelsIn, seriesLabels, type CatalogueEntry } from './catalogue.js';
import { readQuery } from './promql.js';
import { recordedLabels } from './rule-findings.js';
import type { Recording } from './rule-files.js';

/** Metrics that no alert and no panel reads, and why they are there all the same. */
export const deliberatelyUnused: Readonly<Record<string, string>> = {
  mesh_database_schema_bytes: 'for who looks for what fills a database; the panel has the whole',
  mesh_log_segments: 'for tests of retention; the panel has bytes',
};

export interface CheckedUse {
  readonly catalogue: readonly CatalogueEntry[];
  readonly recordings: readonly Recording[];
  /** Of alerts and panels. */
  readonly queries: readonly string[];
  /** Reasons by metric. */
  readonly deliberate: Readonly<Record<string, string>>;
}

/** Metrics of our own that nobody reads and no reason is given for, and reasons that are no longer needed. */
export function unusedFindings({
  catalogue,
  recordings,
  queries,
  deliberate,
}: CheckedUse): string[] {
  const scraped = labelsIn(seriesLabels(catalogue));
  const known = labelsIn(seriesLabels(catalogue), recordedLabels(recordings, scraped));
  const read = new Set(queries.flatMap((query) => readQuery(query, known).metrics));
  // A recording rule that is read itself reads what it is made from, which may be another one.
  for (const { record, expr } of recordings.toReversed())
    if (read.has(record)) for (const name of readQuery(expr, known).metrics) read.add(name);
  const isRead = (name: string) =>
    ['', '_bucket', '_sum', '_count'].some((suffix) => read.has(`${name}${suffix}`));
  const own = catalogue.map(({ name }) => name).filter((name) => name.startsWith('mesh_'));
  const reasons = Object.keys(deliberate);
  return [
    ...own
      .filter((name) => !isRead(name) && !reasons.includes(name))
      .map(
        (name) =>
          `${name}: No alert and no panel reads it; use it, or say in unused-metrics.ts why not`,
      ),
    ...reasons
      .filter((name) => !own.includes(name) || isRead(name))
      .map(
        (name) =>
          `${name}: It is named as not read on purpose, and is ${own.includes(name) ? 'read' : 'no metric'}`,
      ),
  ];
}
