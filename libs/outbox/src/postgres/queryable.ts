/** A `pg` Pool or Client. A text of several statements without values runs as one transaction. */
export interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
}
