import { withTrace } from '@mesh/tracing';
import { setTimeout as pause } from 'node:timers/promises';
import { isErrorCode, isRetryable } from '../errors/app-error.js';
import type { Runtime } from './runtime.js';

/** Rows whose time has come, and what is done with one. */
export interface DueWork {
  /** For people, such as `reservation timer`. */
  readonly name: string;
  /** How often it is looked for. Oftener is less late, and a look-up each time. @default 500 */
  readonly everyMs?: number;
  /**
   * Does one thing that is due, in a trace of its own; false when nothing is. Each replica calls it, so it takes
   * its row under a lock that others pass over (`for update skip locked`), by the database's clock.
   */
  readonly next: () => Promise<boolean>;
}

/**
 * Lets what is due in the database happen, until the service stops: timers are rows, so that no restart loses
 * one. What fails is tried again at the next look.
 */
export function doWhatIsDue({ lifecycle, log }: Runtime, work: DueWork): void {
  const { name, everyMs = 500, next } = work;
  const { stopping } = lifecycle;
  const all = async (): Promise<void> => {
    while (!stopping.aborted && (await withTrace(undefined, next)));
  };
  const repeat = async (): Promise<void> => {
    while (!stopping.aborted) {
      await all().catch((error: unknown) => {
        const code = (error as { readonly code?: unknown }).code;
        const passing = isErrorCode(code) && isRetryable(code);
        const told = { err: error, work: name };
        log[passing ? 'debug' : 'error'](told, 'What is due was not done; it will be');
      });
      await pause(everyMs, undefined, { signal: stopping }).catch(() => undefined);
    }
  };
  const done = repeat();
  lifecycle.onStop('intake', name, () => done);
}
