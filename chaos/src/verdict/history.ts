import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { giveWay } from '../telling.js';
import type { Evidence } from './evidence.js';
import type { Finding } from './finding.js';

/** Of one log, for one key. */
const MOST_LINES = 2_000;
/** Read without giving way to anything else. */
const AT_ONCE = 500;

interface Sources {
  readonly evidence: Evidence;
  readonly logFiles: readonly string[];
  readonly dir: string;
  readonly signal: AbortSignal;
}

/**
 * Writes everything that is known of each key into a file of its own, from all stores and logs: what was
 * asked, what each store holds, what each outbox and stream has of it in which order, who saw what. All is
 * read once, whatever the number of keys and of their events. Returns the file of each key.
 * @throws the signal's reason when it comes
 */
export async function writeHistories(
  keys: readonly string[],
  findings: readonly Finding[],
  { evidence, logFiles, dir, signal }: Sources,
): Promise<ReadonlyMap<string, string>> {
  const guilty = new Guilty(keys, evidence);
  for (const key of keys)
    guilty.add(key, 'findings', findings.filter((one) => one.key === key).map(textOf));
  const outboxes = Object.entries(evidence.outboxes);
  const tables = [
    ...Object.entries(evidence).filter(([name]) => name !== 'outboxes' && name !== 'sightings'),
    ...outboxes.map(([name, rows]) => [`outbox of ${name}`, rows] as const),
  ] as readonly (readonly [string, readonly object[]])[];
  for (const [title, rows] of tables)
    for (const [index, row] of rows.entries()) {
      if (index % AT_ONCE === 0) await giveWay(signal);
      guilty.sort(title, textOf(row));
    }
  for (const key of keys) guilty.add(key, 'sightings', seenOf(key, evidence).map(textOf));
  for (const file of logFiles) await sortLines(file, guilty, signal);
  mkdirSync(dir, { recursive: true });
  return new Map(keys.map((key) => [key, guilty.write(key, dir)]));
}

async function sortLines(file: string, guilty: Guilty, signal: AbortSignal): Promise<void> {
  let count = 0;
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Infinity,
  })) {
    if (count++ % AT_ONCE === 0) await giveWay(signal);
    guilty.sort(`log ${basename(file)}`, line, MOST_LINES);
  }
}

/** What is known of some keys, by sections. */
class Guilty {
  readonly #sections = new Map<string, Map<string, string[]>>();
  /** Of each event of a key, the keys. */
  readonly #keysOf = new Map<string, string[]>();

  constructor(keys: readonly string[], evidence: Evidence) {
    for (const key of keys) {
      this.#sections.set(key, new Map());
      for (const id of eventIdsOf(key, evidence))
        this.#keysOf.set(id, [...(this.#keysOf.get(id) ?? []), key]);
    }
  }

  /** Gives the text to every key that it names, or an event of which it names. */
  sort(title: string, text: string, most = Infinity): void {
    const named = [...this.#sections.keys()].filter((key) => text.includes(key));
    for (const [word] of text.matchAll(/[\w-]+/g)) named.push(...(this.#keysOf.get(word) ?? []));
    for (const key of new Set(named)) this.add(key, title, [text], most);
  }

  add(key: string, title: string, texts: readonly string[], most = Infinity): void {
    const sections = this.#sections.get(key);
    const section = sections?.get(title) ?? [];
    if (section.length < most) section.push(...texts);
    if (section.length > 0) sections?.set(title, section);
  }

  write(key: string, dir: string): string {
    const sections = [...(this.#sections.get(key) ?? [])];
    const text = sections.map(([title, texts]) => `== ${title}\n${texts.join('\n')}\n`);
    const file = join(dir, `${key.replaceAll(/[^\w-]/g, '_').slice(0, 80)}.txt`);
    writeFileSync(file, `${key}\n\n${text.join('\n')}`);
    return file;
  }
}

/** Of the key's own events, and of those that answer them. */
function eventIdsOf(key: string, { outboxes }: Evidence): readonly string[] {
  const all = Object.values(outboxes).flat();
  return all.filter((event) => event.key === key).map(({ id }) => id);
}

function seenOf(key: string, { sightings }: Evidence): readonly object[] {
  return sightings.flatMap(({ watcher, updates }) => {
    const versions = updates.flatMap((one) =>
      one.kind === 'updated' && one.orderId === key ? [one.version] : [],
    );
    return versions.length === 0 ? [] : [{ watcher, versions }];
  });
}

function textOf(row: unknown): string {
  if (typeof row === 'string') return row;
  return JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value instanceof Map ? [...value] : value,
  );
}
