import type { Logger } from '@mesh/tracing';

/**
 * What is stopped when, after readiness has turned false: `intake` takes nothing new and finishes
 * what is in flight; `flush` sends what has been accepted; `close` ends connections. The stops of
 * one phase run at once, the phases one after the other.
 */
export type StopPhase = 'intake' | 'flush' | 'close';

const phases: readonly StopPhase[] = ['intake', 'flush', 'close'];

interface Stop {
  readonly phase: StopPhase;
  readonly name: string;
  readonly stop: () => Promise<void> | void;
}

/** Stops the parts of a process in the order in which nothing gets lost. */
export class Lifecycle {
  readonly #stops: Stop[] = [];
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #failure: Error | undefined;
  #onFailure: ((error: Error) => void) | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Aborted at the beginning of shutdown. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Why a part can't go on, once one said so. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Called by parts that can't go on: the process should end. Only the first call counts. */
  fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#onFailure?.(error);
  }

  /** What to do when a part fails. */
  onFailure(failed: (error: Error) => void): void {
    this.#onFailure = failed;
  }

  /** `stop` is called once in the phase; when it fails that is logged, and the others go on. */
  onStop(phase: StopPhase, name: string, stop: () => Promise<void> | void): void {
    this.#stops.push({ phase, name, stop });
  }

  /** Aborts {@link stopping}, then runs the phases in their order, each when all of the one before have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const phase of phases) {
      const stops = this.#stops.filter((stop) => stop.phase === phase);
      await Promise.all(stops.map((stop) => this.#run(stop)));
    }
  }

  /** What has not ended yet; for the log line of a shutdown that takes too long. */
  readonly unfinished = new Set<string>();

  async #run({ phase, name, stop }: Stop): Promise<void> {
    this.unfinished.add(name);
    try {
      await stop();
    } catch (error) {
      this.#log.error({ err: error, phase, part: name }, 'A part could not be stopped');
    } finally {
      this.unfinished.delete(name);
    }
  }
}
