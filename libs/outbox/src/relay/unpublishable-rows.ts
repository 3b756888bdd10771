import type { LogRow } from '@mesh/pg-log';
import type { FailurePolicy } from '../dead-letters/parking.js';
import { park, parkBehind, readParkedKeys } from './dead-letters.js';
import { keyOf, type Outcome } from './outcome.js';
import { relayMetrics } from './relay-metrics.js';
import type { RelayOptions } from './relay-options.js';

/**
 * Parks rows that can never be published and, by policy, what comes behind them in their key until it
 * is redriven. A relay that takes a key over knows what the one before has parked.
 */
export class UnpublishableRows {
  readonly policy: FailurePolicy;
  readonly #options: Pick<RelayOptions, 'pool' | 'hooks'>;
  /** At least the parked keys of the partitions that this relay has. */
  readonly #keys = new Set<string>();
  /** Claims for which the parked keys were read. */
  readonly #known = new WeakSet<AbortSignal>();

  constructor(options: Pick<RelayOptions, 'pool' | 'hooks' | 'unpublishable'>) {
    this.#options = options;
    this.policy = options.unpublishable ?? 'skip';
  }

  /** Parks rows whose key is parked and returns the others. A statement a claim, and one a parked row. */
  async parkBehind(rows: readonly LogRow[], outcome: Outcome): Promise<readonly LogRow[]> {
    if (this.policy === 'skip') return rows;
    await this.#readKeys(rows);
    if (this.#keys.size === 0) return rows;
    const failures = new Map<string, Error>();
    const free: LogRow[] = [];
    for (const row of rows) {
      const key = keyOf(row);
      if (key === null || !this.#keys.has(key)) free.push(row);
      else await this.#parkOne(row, key, { outcome, free, failures });
    }
    return free;
  }

  async #parkOne(
    row: LogRow,
    key: string,
    { outcome, free, failures }: { outcome: Outcome; free: LogRow[]; failures: Map<string, Error> },
  ): Promise<void> {
    try {
      const before = failures.get(key);
      if (before !== undefined) throw before;
      if (await parkBehind(this.#options.pool, row)) {
        outcome.parked.add(row);
        relayMetrics.parked('BEHIND');
      } else {
        this.#keys.delete(key);
        free.push(row);
      }
    } catch (error) {
      failures.set(key, error as Error);
      outcome.failed.set(row, error as Error);
    }
  }

  /** Parks what was rejected; what can't be parked has failed. */
  async park(outcome: Outcome): Promise<void> {
    outcome.postpone();
    const holdsKey = this.policy === 'park-key';
    for (const [row, error] of outcome.rejected) {
      try {
        await park(this.#options.pool, row, { error, holdsKey });
        outcome.parked.add(row);
        const key = keyOf(row);
        if (holdsKey && key !== null) this.#keys.add(key);
        relayMetrics.parked('code' in error ? String(error.code) : 'UNKNOWN');
        this.#options.hooks?.parked?.(row, error);
      } catch (cause) {
        outcome.failed.set(row, cause as Error);
      }
    }
  }

  async #readKeys(rows: readonly LogRow[]): Promise<void> {
    const unknown = new Set(rows.map(({ signal }) => signal).filter((it) => !this.#known.has(it)));
    if (unknown.size === 0) return;
    for (const parked of await readParkedKeys(this.#options.pool)) {
      const key = keyOf(parked);
      if (key !== null) this.#keys.add(key);
    }
    for (const claim of unknown) this.#known.add(claim);
  }
}
