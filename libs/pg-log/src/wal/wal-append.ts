/**
 * Statements that append as messages of the caller's transaction, and refuse when the WAL that waits
 * has reached its bound: the comparison is part of the statement, so that it holds whoever died.
 */
export function walAppendStatements(schema: string) {
  const s = `"${schema}"`;
  const emit = (content: string) => `select case
  when pg_current_wal_insert_lsn() <= (select full_at from ${s}.wal_slot)
  then pg_logical_emit_message(true, '${schema}', ${content})
  else ${s}.refuse_append() end`;
  return {
    /** $1 the frame */
    one: emit('$1::bytea'),
    /** $1 all frames, $2 where each begins (from 1), $3 how long it is; in their order */
    many: `${emit('substring($1::bytea from e.start for e.length)')}
from unnest($2::int[], $3::int[]) as e(start, length)`,
  };
}

/** The parameters of `many`. */
export function manyValues(frames: readonly Buffer[]): unknown[] {
  let next = 1;
  const starts = frames.map(({ byteLength }) => (next += byteLength) - byteLength);
  return [Buffer.concat(frames), starts, frames.map(({ byteLength }) => byteLength)];
}
