import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Evidence } from './evidence.js';
import type { Finding } from './finding.js';

const MOST_LINES = 2_000;

/**
 * Writes everything that is known of a key into a file, from all stores and logs: what was asked, what
 * each store holds, what each outbox and stream has of it in which order, who saw what. Returns the file.
 */
export function writeHistory(
  key: string,
  findings: readonly Finding[],
  {
    evidence,
    logFiles,
    dir,
  }: {
    readonly evidence: Evidence;
    readonly logFiles: readonly string[];
    readonly dir: string;
  },
): string {
  const ids = eventIdsOf(key, evidence);
  const names = new Set([key, ...ids]);
  const sections = [
    ['findings', findings.filter((one) => one.key === key)],
    ...Object.entries(evidence)
      .filter(([name]) => name !== 'outboxes' && name !== 'sightings')
      .map(([name, rows]) => [name, (rows as readonly object[]).filter(mentions(names))] as const),
    ...Object.entries(evidence.outboxes).map(
      ([service, events]) => [`outbox of ${service}`, events.filter(mentions(names))] as const,
    ),
    ['sightings', seenOf(key, evidence)],
    ...logFiles.map((file) => [`log ${basename(file)}`, linesOf(file, names)] as const),
  ] as const;
  const text = sections
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => `== ${title}\n${rows.map(textOf).join('\n')}\n`);
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${key.replaceAll(/[^\w-]/g, '_').slice(0, 80)}.txt`);
  writeFileSync(file, `${key}\n\n${text.join('\n')}`);
  return file;
}

/** Of the key's own events, and of those that answer them. */
function eventIdsOf(key: string, { outboxes }: Evidence): readonly string[] {
  const all = Object.values(outboxes).flat();
  return all.filter((event) => event.key === key).map(({ id }) => id);
}

function mentions(names: ReadonlySet<string>) {
  return (row: object): boolean => {
    const text = textOf(row);
    return [...names].some((name) => text.includes(name));
  };
}

function seenOf(key: string, { sightings }: Evidence): readonly object[] {
  return sightings.flatMap(({ watcher, updates }) => {
    const versions = updates.flatMap((one) =>
      one.kind === 'updated' && one.orderId === key ? [one.version] : [],
    );
    return versions.length === 0 ? [] : [{ watcher, versions }];
  });
}

function linesOf(file: string, names: ReadonlySet<string>): readonly string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => [...names].some((name) => line.includes(name)))
    .slice(0, MOST_LINES);
}

function textOf(row: unknown): string {
  if (typeof row === 'string') return row;
  return JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value instanceof Map ? [...value] : value,
  );
}
