/** What of a log is kept. Whole segments go, the oldest first. */
export interface RetentionOptions {
  /** What every group has finished is kept for so long. @default 1 hour */
  readonly keepMs?: number;
  /** What every group has finished goes earlier when the closed segments have more bytes. @default 32 MiB */
  readonly maxBytes?: number;
  /**
   * What a group has not finished is kept for so long, whatever its size, and is then lost to that group:
   * `lost` tells. @default for ever
   */
  readonly keepUnreadMs?: number;
  /** As `keepUnreadMs`, when the closed segments have more bytes. @default any number */
  readonly maxUnreadBytes?: number;
  /** Groups that count as having read nothing until they exist. @default none */
  readonly groups?: readonly string[];
  /** Positions in a segment. More make fewer tables and drop later. @default 65536 */
  readonly segmentSize?: number;
  /** Segments made at once, before the log gets there. @default 8 */
  readonly ahead?: number;
  /** @default the database's clock */
  readonly now?: () => Date;
}

/** What a run did. */
export interface RetentionReport {
  /** Empty segments that were made. */
  readonly made: number;
  readonly dropped: number;
  /** Unread segments among them, by the groups that will never read them. */
  readonly lost: readonly { readonly group: string; readonly segments: number }[];
  /** Groups that keep segments which are due otherwise. */
  readonly heldBackBy: readonly string[];
  /** A change of segments has to wait: for a transaction that is open for so long, or for a lock. */
  readonly postponed?: string;
  readonly status: RetentionStatus;
}

/** What a log holds after a run: bytes on disk, and its segments. */
export interface RetentionStatus {
  readonly bytes: number;
  readonly segments: number;
  /** Segments that are empty yet. */
  readonly ahead: number;
  /** Null before the first run. */
  readonly ranAt: Date | null;
}
