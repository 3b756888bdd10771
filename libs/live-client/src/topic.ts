import type { LiveErrorCode } from './live-error.js';
import type { Message } from './messages.js';

/**
 * What is subscribed to, and where its consumer stands. Knows nothing of connections: whichever gateway
 * answers, it asks for what is missing and drops what is not newer.
 */
export interface Topic<Event> {
  /** One subscription of a client may have it. */
  readonly name: string;
  /** It is asked for from now on. */
  readonly afresh: boolean;
  /** The message that subscribes, from where the consumer stands. */
  request(): object;
  /** The subscription holds from here on; what the consumer is told of that. */
  granted(cursor: string | undefined): readonly Event[];
  /** True when another request may be granted. */
  refused(code: LiveErrorCode): boolean;
  /** What the consumer is told of a message. */
  received(message: Message): readonly Event[];
  /** Events of the same key may be conflated; one without a key makes void what came before it. */
  keyOf(event: Event): string | undefined;
  /** One event that says what two of the same key said. */
  conflated(earlier: Event, later: Event): Event;
  /** What stands for so many events that the queue did not hold them. */
  overflowed(): Event;
}
