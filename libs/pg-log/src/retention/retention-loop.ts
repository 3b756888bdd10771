import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRetention } from './log-retention.js';
import type { RetentionOptions, RetentionReport } from './retention-options.js';

/** How often retention runs, and who is told. */
export interface RetentionLoopOptions extends RetentionOptions {
  /** Between two runs. Every process that uses a log may run it: one does the work. @default 5000 */
  readonly everyMs?: number;
  /** Told what a run of this process did. Must not throw. @default nobody */
  readonly onRun?: (report: RetentionReport) => void;
  /** Told of a run that failed; the next one comes as ever. Must not throw. @default nobody */
  readonly onError?: (error: Error) => void;
}

/** Runs retention until it is stopped. */
export class RetentionLoop {
  readonly #end = new AbortController();
  readonly #running: Promise<void>;

  constructor(
    readonly retention: LogRetention,
    private readonly options: RetentionLoopOptions,
  ) {
    this.#running = this.#run();
  }

  /** Waits for a run that is under way. Idempotent. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { everyMs = 5000, onRun, onError } = this.options;
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        const report = await this.retention.run();
        if (report !== undefined) onRun?.(report);
      } catch (error) {
        if (!signal.aborted) onError?.(error as Error);
      }
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
