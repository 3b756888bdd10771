import { appendOneValues, appendValues } from './append.js';
import type { LogEntry } from './entry.js';
import { LogError } from './errors.js';

/** How a numbered log gives its numbers. */
export interface Numbering {
  /** The header of an entry that gets its number: {@link NUMBER_DIGITS} digits with leading zeros. */
  readonly header: string;
}

/** So that text and number sort alike. */
export const NUMBER_DIGITS = 19;

/**
 * Numbers begin again above a multiple of this when the log was restored or copied, as what was numbered
 * after the copy is not known; within JavaScript's safe integers for 200 years.
 */
export const NUMBERS_AN_ERA = 100_000_000_000n;

/**
 * The numbers of keys, and from where on new ones are given.
 *
 * A row is changed in place by each append to its key and has room for that in its page; it stays for
 * as long as there is the log, so there are as many as there were keys.
 */
export function numberingSchemaStatements(schema: string): string {
  const s = `"${schema}"`;
  return `
create table if not exists ${s}.key_number (
  stream text not null,
  key text not null,
  number bigint not null,
  primary key (stream, key)
) with (fillfactor = 70);
create table if not exists ${s}.numbering (
  only_row boolean primary key default true check (only_row),
  server text not null,
  above bigint not null default 0
);`;
}

/** Begins a new era in a database that is not the one that gave the numbers; $1: this one. */
export function beginNumberingStatement(schema: string): string {
  return `insert into "${schema}".numbering as n (server) values ($1)
on conflict (only_row) do update set server = excluded.server, above = ${NUMBERS_AN_ERA} * greatest(
  n.above / ${NUMBERS_AN_ERA} + 1, current_date - date '2020-01-01' + 1)
where n.server <> excluded.server`;
}

/** Numbers a count of entries of each key, as `numbered`. The lock on the key's row is kept until the commit. */
export function numbersOf(schema: string, counts: string): string {
  const above = `(select above from "${schema}".numbering)`;
  return `with numbered as (
  insert into "${schema}".key_number as k (stream, key, number) ${counts.replace('$above', above)}
  on conflict (stream, key) do update set number = excluded.number + greatest(k.number - ${above}, 0)
  returning stream, key, number
)`;
}

/** Whether a text is one of the statements here. */
export function isNumberedAppend(schema: string, text: string): boolean {
  return text.startsWith(`with numbered as (\n  insert into "${schema}".key_number `);
}

/** Like `appendStatement`, and numbers each entry within its stream and key, in the order of the call. */
export function numberedAppendStatement(schema: string, { header }: Numbering): string {
  return `${numbersOfMany(schema, '$2', '$3')}
insert into "${schema}".entry (partition, stream, key, routing_key, headers, body)
select e.partition, e.stream, e.key, e.routing_key,
  ${withNumber(`convert_from(substring($5::bytea from e.start for e.headers), 'UTF8')`, header, 'n.number - e.later')},
  substring($5::bytea from e.start + e.headers for e.body)
from unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $6::int[], $7::int[], $8::int[], $9::int[])
  with ordinality as e(partition, stream, key, routing_key, start, headers, body, later, at)
join numbered n on n.stream = e.stream and n.key = e.key order by e.at`;
}

/** The numbers of several entries ($streams, $keys) as {@link numbersOf} counts them. */
export function numbersOfMany(schema: string, streams: string, keys: string): string {
  return numbersOf(
    schema,
    `select stream, key, count(*) + $above from unnest(${streams}::text[], ${keys}::text[]) as c(stream, key) group by stream, key order by stream, key`,
  );
}

/** Like `appendOneStatement`, and numbers the entry within its stream and key. */
export function numberedAppendOneStatement(schema: string, { header }: Numbering): string {
  return `${numbersOf(schema, 'values ($2, $3, 1 + $above)')}
insert into "${schema}".entry (partition, stream, key, routing_key, headers, body)
select $1, stream, key, $4, ${withNumber('$5::text', header, 'number')}, $6 from numbered`;
}

/** The parameters of {@link numberedAppendOneStatement}. @throws LogError ENTRY_INVALID */
export function numberedAppendOneValues(entry: LogEntry, partitions: number): unknown[] {
  checkKey(entry);
  return appendOneValues(entry, partitions, openJson);
}

/** The parameters of {@link numberedAppendStatement}. @throws LogError ENTRY_INVALID */
export function numberedAppendValues(entries: readonly LogEntry[], partitions: number): unknown[] {
  entries.forEach(checkKey);
  return [...appendValues(entries, partitions, openJson), laterOf(entries)];
}

/** How many later ones of its key each entry has. */
export function laterOf(entries: readonly LogEntry[]): number[] {
  const counts = new Map<string, number>();
  const later = new Array<number>(entries.length);
  for (let at = entries.length - 1; at >= 0; at--) {
    const { stream, key } = entries[at] as LogEntry;
    const place = `${stream}\0${key}`;
    const count = counts.get(place) ?? 0;
    later[at] = count;
    counts.set(place, count + 1);
  }
  return later;
}

/** An object of JSON that another member and its end can be written behind. */
function openJson(headers: LogEntry['headers']): string {
  const text = JSON.stringify(headers).slice(0, -1);
  return text.length > 1 ? `${text},` : text;
}

function withNumber(open: string, header: string, number: string): string {
  return `(${open} || '"${header}":"' || lpad((${number})::text, ${NUMBER_DIGITS}, '0') || '"}')::json`;
}

/** @throws LogError ENTRY_INVALID */
export function checkKey({ key }: LogEntry): void {
  if (key === null) {
    throw new LogError('ENTRY_INVALID', 'An entry without a key has no number in a numbered log');
  }
}
