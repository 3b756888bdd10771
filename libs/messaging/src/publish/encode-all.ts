import { PublishError } from '../errors.js';
import type { Message } from '../publisher.js';

/**
 * The messages of one call as they go to the broker. When one of them can't, nothing of the call is
 * sent, so that all of it is unconfirmed; the error's message says which one it was.
 * @throws PublishError
 */
export function encodeAll<Encoded>(
  messages: readonly Message[],
  encode: (message: Message, index: number) => Encoded,
): readonly Encoded[] {
  try {
    return messages.map(encode);
  } catch (error) {
    if (!(error instanceof PublishError)) throw error;
    const { message, code, retryable, cause } = error;
    throw new PublishError(message, [...messages.keys()], { code, retryable, cause });
  }
}
