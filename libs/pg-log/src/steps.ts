import type { PartitionCursor, ReadRow } from './partition-cursor.js';

/** Where a reader's rows come from. */
export interface Steps {
  /**
   * About one batch of rows behind these cursors, which are moved past them; `more`: it did not
   * reach the present.
   */
  read(cursors: readonly PartitionCursor[]): Promise<{ rows: ReadRow[]; more: boolean }>;
}
