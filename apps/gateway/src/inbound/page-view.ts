import type { Page } from '../domain/page.js';

/** A page as the REST interface shows it. */
export interface PageView<Item> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export function pageView<Item>({ items, nextCursor }: Page<Item>): PageView<Item> {
  return { items, nextCursor: nextCursor ?? null };
}
