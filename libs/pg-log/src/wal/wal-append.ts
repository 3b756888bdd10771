import type { LogEntry } from '../entry.js';
import { checkKey, laterOf, numbersOf, numbersOfMany } from '../numbered-append.js';
import { FORMAT, toFrame } from './frame.js';

/** A statement, and the parameters that it takes for entries. */
export interface WalAppend {
  readonly text: string;
  /** @throws LogError ENTRY_INVALID */
  values(entries: readonly LogEntry[]): unknown[];
}

/**
 * Whether a text is one of the statements here. Where it fails, so does everything behind it in the
 * transaction, and nobody needs its answer.
 */
export function isWalAppend(schema: string, text: string): boolean {
  return text.endsWith(`/* append to ${schema} in the WAL */`);
}

/**
 * Statements that append as messages of the caller's transaction, and refuse when the WAL that waits
 * has reached its bound: the comparison is part of the statement, so that it holds whoever died.
 */
export function walAppends(schema: string, numbered: boolean): { one: WalAppend; many: WalAppend } {
  const emit = (number: string, frame: string) => `select case
  when pg_current_wal_insert_lsn() <= (select full_at from "${schema}".wal_slot)
  then pg_logical_emit_message(true, '${schema}', '\\x0${FORMAT}'::bytea || int8send(${number}) || ${frame})
  else "${schema}".refuse_append() end`;
  const end = `/* append to ${schema} in the WAL */`;
  const cut = (at: string) => `substring(${at}::bytea from e.start for e.length)`;
  if (!numbered) {
    const list = 'unnest($2::int[], $3::int[]) as e(start, length)';
    return {
      one: { text: `${emit('0', '$1::bytea')} ${end}`, values: ([entry]) => [toFrame(entry!)] },
      many: { text: `${emit('0', cut('$1'))} from ${list} ${end}`, values: manyValues },
    };
  }
  const one = `${numbersOf(schema, 'values ($2, $3, 1 + $above)')}
${emit('number', '$1::bytea')} from numbered`;
  // In the order of the call: what is selected from an ordered subquery comes in its order.
  const many = `${numbersOfMany(schema, '$4', '$5')}
${emit('e.number', cut('$1'))} from (
  select e.start, e.length, n.number - e.later as number
  from unnest($2::int[], $3::int[], $4::text[], $5::text[], $6::int[]) with ordinality
    as e(start, length, stream, key, later, at)
  join numbered n on n.stream = e.stream and n.key = e.key order by e.at offset 0
) as e`;
  return {
    one: {
      text: `${one} ${end}`,
      values: ([entry]) => {
        checkKey(entry!);
        return [toFrame(entry!), entry!.stream, entry!.key];
      },
    },
    many: {
      text: `${many} ${end}`,
      values: (entries) => {
        entries.forEach(checkKey);
        const streams = entries.map(({ stream }) => stream);
        const keys = entries.map(({ key }) => key);
        return [...manyValues(entries), streams, keys, laterOf(entries)];
      },
    },
  };
}

/** All frames as one, where each begins (from 1), and how long it is. */
function manyValues(entries: readonly LogEntry[]): unknown[] {
  const frames = entries.map(toFrame);
  let next = 1;
  const starts = frames.map(({ byteLength }) => (next += byteLength) - byteLength);
  return [Buffer.concat(frames), starts, frames.map(({ byteLength }) => byteLength)];
}
