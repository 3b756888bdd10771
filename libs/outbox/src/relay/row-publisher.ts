import { findStream, type Stream } from '@mesh/contracts';
import type { LogRow } from '@mesh/pg-log';
import { OutboxError } from '../errors.js';
import { outgoing, publishBatch, type Outgoing } from './batch.js';
import { Outcome } from './outcome.js';
import { relayMetrics } from './relay-metrics.js';
import type { RelayOptions } from './relay-options.js';
import { UnpublishableRows } from './unpublishable-rows.js';

/** A deployment that rolls on ends sooner; a version that was rolled back holds up its neighbours no longer. */
const UNKNOWN_STREAM_MS = 60_000;
/** Of rows confirmed beside failing ones; more only means that some are published twice. */
const MAX_REMEMBERED = 10_000;

/**
 * Publishes rows of the outbox, however a relay mode reads them. Rows of one key come in their order,
 * and the next ones of a key when those before are settled. Parks what can never be published.
 */
export class RowPublisher {
  readonly #options: Pick<RelayOptions, 'publishers' | 'hooks' | 'unknownStreamMs'>;
  readonly #unpublishable: UnpublishableRows;
  /** Positions confirmed in a batch that failed in part: not published again when they come again. */
  readonly #confirmed = new Set<bigint>();
  /** Since when positions wait whose stream is unknown. */
  readonly #unknownSince = new Map<bigint, number>();
  /** A reader tells each row's error again. */
  readonly #told = new WeakSet<Error>();
  #failures = 0;

  constructor(
    options: Pick<
      RelayOptions,
      'publishers' | 'hooks' | 'pool' | 'unpublishable' | 'unknownStreamMs'
    >,
  ) {
    this.#options = options;
    this.#unpublishable = new UnpublishableRows(options);
  }

  /**
   * One promise a row. Fulfilled: a broker confirmed it, or it is in the dead letters. Rejected: to be
   * given again, and before any later row of its key.
   */
  publish(rows: readonly LogRow[]): readonly Promise<void>[] {
    const done = this.#publish(rows);
    return rows.map(async (row) => {
      const error = (await done).failed.get(row);
      if (error !== undefined) throw error;
    });
  }

  /** Something failed that is tried again; told once an error. */
  failed(error: Error, failures: number): void {
    if (this.#told.has(error)) return;
    this.#told.add(error);
    relayMetrics.failed();
    this.#options.hooks?.failed?.(error, failures);
  }

  async #publish(rows: readonly LogRow[]): Promise<Outcome> {
    const outcome = new Outcome(this.#unpublishable.policy);
    const fresh = rows.filter(({ position }) => !this.#confirmed.has(position));
    const free = await this.#unpublishable.parkBehind(fresh, outcome);
    const byKind = this.#sort(free, outcome);
    await Promise.all([...byKind].map(([kind, batch]) => this.#publishKind(kind, batch, outcome)));
    await this.#unpublishable.park(outcome);
    this.#tell(fresh, outcome);
    // None of them comes again.
    if (outcome.failed.size === 0)
      for (const { position } of rows) this.#confirmed.delete(position);
    return outcome;
  }

  #sort(rows: readonly LogRow[], outcome: Outcome): Map<Stream['kind'], Outgoing[]> {
    const byKind = new Map<Stream['kind'], Outgoing[]>();
    for (const row of rows) {
      const stream = findStream(row.stream);
      if (!outcome.admits(row)) continue;
      if (stream === undefined) {
        this.#waitForStream(row, outcome);
        continue;
      }
      try {
        const batch = byKind.get(stream.kind);
        if (batch === undefined) byKind.set(stream.kind, [outgoing(row)]);
        else batch.push(outgoing(row));
      } catch (error) {
        outcome.reject(row, error as Error);
      }
    }
    return byKind;
  }

  #waitForStream(row: LogRow, outcome: Outcome): void {
    const now = performance.now();
    const since = this.#unknownSince.get(row.position) ?? now;
    const error = unknownStream(row);
    if (now - since < (this.#options.unknownStreamMs ?? UNKNOWN_STREAM_MS)) {
      if (this.#unknownSince.size > MAX_REMEMBERED) this.#unknownSince.clear();
      this.#unknownSince.set(row.position, since);
      outcome.failed.set(row, error);
    } else {
      this.#unknownSince.delete(row.position);
      outcome.reject(row, error);
    }
  }

  async #publishKind(kind: Stream['kind'], batch: readonly Outgoing[], outcome: Outcome) {
    try {
      await publishBatch(await this.#options.publishers(kind), batch, outcome);
    } catch (error) {
      for (const { row } of batch) outcome.failed.set(row, error as Error);
    }
  }

  #tell(rows: readonly LogRow[], { failed, parked }: Outcome): void {
    const published = rows.filter((row) => !failed.has(row) && !parked.has(row));
    if (published.length > 0) relayMetrics.published(published);
    if (failed.size === 0) {
      this.#failures = 0;
      return;
    }
    const errors = new Set(failed.values());
    this.#failures += 1;
    for (const error of errors) this.failed(error, this.#failures);
    if (this.#confirmed.size + published.length > MAX_REMEMBERED) this.#confirmed.clear();
    for (const { position } of published) this.#confirmed.add(position);
  }
}

function unknownStream({ stream, position }: LogRow): OutboxError {
  return new OutboxError(
    'STREAM_UNKNOWN',
    `The event at position ${position} is for the stream "${stream}", which this version's catalog does not have; a newer version of the service will publish it, or redrive it from the dead letters`,
  );
}
