import { LogError } from './errors.js';
import type { LogEntry } from './entry.js';
import { partitionOf } from './partition.js';

/**
 * For any number of entries. Bodies travel as a single binary parameter that the
 * server cuts up: an array of bytea would be sent as hex, twice the size.
 */
export function appendStatement(schema: string): string {
  return `insert into "${schema}".entry (partition, stream, key, routing_key, headers, body)
select e.partition, e.stream, e.key, e.routing_key, e.headers, substring($6::bytea from e.start for e.length)
from unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::json[], $7::int[], $8::int[])
  as e(partition, stream, key, routing_key, headers, start, length)`;
}

/** For one entry, which most transactions append: takes the server half the time. */
export function appendOneStatement(schema: string): string {
  return `insert into "${schema}".entry (partition, stream, key, routing_key, headers, body)
values ($1, $2, $3, $4, $5, $6)`;
}

/** The parameters of {@link appendOneStatement}. @throws LogError ENTRY_INVALID */
export function appendOneValues(entry: LogEntry, partitions: number): unknown[] {
  check(entry);
  const { stream, key, routingKey, headers, body } = entry;
  return [partitionOf(key, partitions), stream, key, routingKey, JSON.stringify(headers), body];
}

/** The parameters of {@link appendStatement}. @throws LogError ENTRY_INVALID */
export function appendValues(entries: readonly LogEntry[], partitions: number): unknown[] {
  let next = 1;
  const starts: number[] = [];
  for (const entry of entries) {
    check(entry);
    starts.push(next);
    next += entry.body.byteLength;
  }
  return [
    entries.map((entry) => partitionOf(entry.key, partitions)),
    entries.map((entry) => entry.stream),
    entries.map((entry) => entry.key),
    entries.map((entry) => entry.routingKey),
    entries.map((entry) => JSON.stringify(entry.headers)),
    Buffer.concat(entries.map((entry) => entry.body)),
    starts,
    entries.map((entry) => entry.body.byteLength),
  ];
}

function check(entry: LogEntry): void {
  for (const field of ['stream', 'key', 'routingKey'] as const) {
    if (entry[field]?.includes('\0')) {
      throw new LogError(
        'ENTRY_INVALID',
        `The ${field} ${JSON.stringify(entry[field])} holds a NUL character, which PostgreSQL can't store`,
      );
    }
  }
}
