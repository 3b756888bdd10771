/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Opaque; undefined on the last page. */
  readonly nextCursor: string | undefined;
}

export interface PageRequest {
  /** 1 to 100. @default 20 */
  readonly limit?: number | undefined;
  /** From an earlier page. */
  readonly cursor?: string | undefined;
}
