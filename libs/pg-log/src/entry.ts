/** What is appended. */
export interface LogEntry {
  /** Readers choose streams by name. */
  readonly stream: string;
  /** Entries of one key keep their order; null for none. No NUL character. */
  readonly key: string | null;
  readonly routingKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** An entry as a reader gets it. */
export interface LogRow extends LogEntry {
  /** Grows within a key; has gaps (rollbacks). Between keys it says nothing about the order of commits. */
  readonly position: bigint;
  /** Key-hash partition, from 0. */
  readonly partition: number;
  /** The database's clock when the entry was inserted. */
  readonly appendedAt: Date;
  /** Aborted when the reader loses this row's partition: another reader may handle it again. */
  readonly signal: AbortSignal;
}

/** Runs a statement in the caller's transaction: a `pg` client, or an adapter of another library's. */
export interface Executor {
  /** Runs one statement with its parameters, on the connection of the transaction. */
  query(text: string, values: unknown[]): Promise<unknown>;
}
