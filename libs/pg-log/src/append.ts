import { LogError } from './errors.js';
import type { LogEntry } from './entry.js';
import { partitionOf } from './partition.js';

type EncodeHeaders = (headers: LogEntry['headers']) => string;

/**
 * For any number of entries. Headers and bodies travel as one binary parameter that the server cuts
 * up: an array of text has every quote escaped, one of bytea is sent as hex, and both are parsed again.
 */
export function appendStatement(schema: string): string {
  return `insert into "${schema}".entry (partition, stream, key, routing_key, headers, body)
select e.partition, e.stream, e.key, e.routing_key,
  convert_from(substring($5::bytea from e.start for e.headers), 'UTF8')::json,
  substring($5::bytea from e.start + e.headers for e.body)
from unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $6::int[], $7::int[], $8::int[])
  as e(partition, stream, key, routing_key, start, headers, body)`;
}

/** For one entry, which most transactions append: takes the server half the time. */
export function appendOneStatement(schema: string): string {
  return `insert into "${schema}".entry (partition, stream, key, routing_key, headers, body)
values ($1, $2, $3, $4, $5, $6)`;
}

/** The parameters of {@link appendOneStatement}. @throws LogError ENTRY_INVALID */
export function appendOneValues(
  entry: LogEntry,
  partitions: number,
  encode: EncodeHeaders = JSON.stringify,
): unknown[] {
  checkEntry(entry);
  const { stream, key, routingKey, headers, body } = entry;
  return [partitionOf(key, partitions), stream, key, routingKey, encode(headers), body];
}

/** The parameters of {@link appendStatement}. @throws LogError ENTRY_INVALID */
export function appendValues(
  entries: readonly LogEntry[],
  partitions: number,
  encode: EncodeHeaders = JSON.stringify,
): unknown[] {
  const bytes: Uint8Array[] = [];
  const starts: number[] = [];
  let next = 1;
  for (const entry of entries) {
    checkEntry(entry);
    const headers = Buffer.from(encode(entry.headers));
    bytes.push(headers, entry.body);
    starts.push(next);
    next += headers.byteLength + entry.body.byteLength;
  }
  const lengths = bytes.map(({ byteLength }) => byteLength);
  return [
    entries.map((entry) => partitionOf(entry.key, partitions)),
    entries.map((entry) => entry.stream),
    entries.map((entry) => entry.key),
    entries.map((entry) => entry.routingKey),
    Buffer.concat(bytes),
    starts,
    lengths.filter((_, index) => index % 2 === 0),
    lengths.filter((_, index) => index % 2 === 1),
  ];
}

/** @throws LogError ENTRY_INVALID when a text column can't hold a part of the entry */
export function checkEntry(entry: LogEntry): void {
  for (const field of ['stream', 'key', 'routingKey'] as const) {
    if (entry[field]?.includes('\0')) {
      throw new LogError(
        'ENTRY_INVALID',
        `The ${field} ${JSON.stringify(entry[field])} holds a NUL character, which PostgreSQL can't store`,
      );
    }
  }
}
