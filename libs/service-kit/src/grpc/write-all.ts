import type { Writable } from 'node:stream';
import { Ending } from './ending.js';

/**
 * Writes what the iterable gives, asking for the next message only when the connection can take it, and ends the
 * iterable. The stream itself is left open. @throws the signal's reason, or what the iterable throws
 */
export async function writeAll(
  messages: AsyncIterable<unknown>,
  stream: Pick<Writable, 'write' | 'once'>,
  signal: AbortSignal,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  const ending = new Ending(signal);
  try {
    for (;;) {
      const { done, value } = await ending.race(iterator.next());
      if (done) return;
      if (!stream.write(value))
        await ending.race(new Promise<void>((resolve) => stream.once('drain', () => resolve())));
    }
  } finally {
    // Not awaited: a generator that waits for its next message ends when its own wait does.
    void iterator.return?.().catch(() => undefined);
  }
}
