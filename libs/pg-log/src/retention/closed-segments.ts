import type { Session } from '../session.js';
import { segmentStatements } from './segment-statements.js';

/** Older knowledge is right too; it leaves more segments to look into. */
const REFRESH_EVERY_MS = 5000;

/** What a reader knows of closed segments, so that it need not look into those that can't have anything for it. */
export class ClosedSegments {
  readonly #statement: { readonly name: string; readonly text: string };
  #bounds: readonly { readonly upper: bigint; readonly xid: bigint }[] = [];
  #refreshAt = 0;

  constructor(
    private readonly session: Session,
    schema: string,
  ) {
    this.#statement = { name: 'log-bounds', text: segmentStatements(schema).bounds };
  }

  /** Looks again when it is time to. */
  async refresh(): Promise<void> {
    if (performance.now() < this.#refreshAt) return;
    const rows = await this.session.query<{ upper: string; xid: string }>(this.#statement);
    this.#bounds = rows.map(({ upper, xid }) => ({ upper: BigInt(upper), xid: BigInt(xid) }));
    this.#refreshAt = performance.now() + REFRESH_EVERY_MS;
  }

  /** No row of this transaction, or of a later one, has a position before this one. */
  floorOf(xid: string): bigint {
    const from = BigInt(xid);
    return this.#bounds.findLast((bound) => bound.xid <= from)?.upper ?? 0n;
  }
}
