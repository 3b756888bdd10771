import { setImmediate as turn } from 'node:timers/promises';

const BETWEEN_LINES_MS = 5_000;

export interface Telling {
  readonly say: (line: string) => void;
  /** What is under way now. */
  readonly words: () => string;
  /** Nothing is said after it. */
  readonly signal: AbortSignal;
}

/** Runs the work and says every five seconds, until it ends, what is then under way and for how long. */
export async function telling<T>(
  { say, words, signal }: Telling,
  work: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1_000);
  const timer = setInterval(() => {
    if (!signal.aborted) say(`${words()} (${seconds()} s)`);
  }, BETWEEN_LINES_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/**
 * To be awaited now and then in a long computation: signals, timers and lines of progress get their turn.
 * @throws the signal's reason when it has come
 */
export async function giveWay(signal: AbortSignal): Promise<void> {
  await turn();
  signal.throwIfAborted();
}

/** `1 order`, `2 orders`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
