/** A `pg` Pool or Client. A text of several statements without values runs as one transaction. */
export interface Queryable {
  /** Runs one statement with its parameters; the rows are objects by the names of columns. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
}
