import type { Logger } from '../logger.js';
import type { Signal } from './settings.js';

/** After a warning there is no other for as long: a collector may come and go. */
const QUIET_MS = 60_000;
const SUCCESS = 0;

/** What exporters of all signals have. */
interface Exporter<Items> {
  export(
    items: Items,
    done: (result: { readonly code: number; readonly error?: Error }) => void,
  ): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/**
 * Says that the collector does not take what is sent, once, whatever the number of batches and signals; and once
 * that it takes everything again.
 */
export class ExportTeller {
  readonly #log: Pick<Logger, 'warn' | 'info'>;
  readonly #now: () => number;
  /** When each failed last. */
  readonly #failing = new Map<Signal, number>();
  #told = false;
  #toldAt = -Infinity;

  constructor(log: Pick<Logger, 'warn' | 'info'>, now = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  failed(signal: Signal, error: Error | undefined): void {
    this.#failing.set(signal, this.#now());
    if (this.#told || this.#now() - this.#toldAt < QUIET_MS) return;
    this.#told = true;
    this.#toldAt = this.#now();
    this.#log.warn(
      { signal, reason: reasonOf(error) },
      'Telemetry can not be sent; what is recorded meanwhile may be lost',
    );
  }

  succeeded(signal: Signal): void {
    this.#failing.delete(signal);
    if (!this.#told || [...this.#failing].some((failing) => this.#isStill(...failing))) return;
    this.#failing.clear();
    this.#told = false;
    this.#log.info('Telemetry is sent again');
  }

  /** Metrics go by themselves; of logs and traces there may be nothing more to send, that could succeed. */
  #isStill(signal: Signal, failedAt: number): boolean {
    return signal === 'metrics' || this.#now() - failedAt < QUIET_MS;
  }
}

/** The exporter, with the teller told how each export did. */
export function told<Items>(
  signal: Signal,
  exporter: Exporter<Items>,
  teller: ExportTeller,
): Required<Exporter<Items>> {
  return {
    export(items, done) {
      exporter.export(items, (result) => {
        if (result.code === SUCCESS) teller.succeeded(signal);
        else teller.failed(signal, result.error);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** Without what the collector answered: that is not ours, and may be long. */
function reasonOf(error: Error | undefined): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return [error?.message, code].filter(Boolean).join(', ').slice(0, 200) || 'unknown';
}
