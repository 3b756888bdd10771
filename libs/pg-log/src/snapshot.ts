/** Shows nothing: a cursor that starts with it reads every retained row. */
export const EMPTY_SNAPSHOT = '1:1:';

export interface SnapshotParts {
  /** Transactions from this one on are not shown. */
  readonly xmax: string;
  /** Older ones that are not shown either. */
  readonly inProgress: readonly string[];
}

/**
 * Takes the text of a `pg_snapshot` apart.
 * @see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
 */
export function snapshotParts(text: string): SnapshotParts {
  const [, xmax = '', inProgress = ''] = text.split(':');
  return { xmax, inProgress: inProgress === '' ? [] : inProgress.split(',') };
}
