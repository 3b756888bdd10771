import { summarized } from '@mesh/messaging';
import type { FailedTry } from '@mesh/messaging/middleware';
import type { Logger } from '@mesh/tracing';

/**
 * Says that a handler fails while its event still has tries left: the first and every fifth try of an
 * event, and for all events of the handler one line with a count in half a minute at most.
 */
export function retryTeller(
  { group, handler }: { readonly group: string; readonly handler: string },
  log: Logger,
): (failed: FailedTry) => void {
  const say = summarized<FailedTry>({
    kindOf: () => handler,
    say({ handling: { event, delivery }, error, attempt, attempts, retryInMs }, count) {
      const { id: eventId, type: eventType } = event;
      const { key } = delivery;
      log.warn(
        {
          err: error,
          handler,
          group,
          eventId,
          eventType,
          key,
          attempt,
          attempts,
          retryInMs,
          count,
        },
        'A handler failed; the event is tried again',
      );
    },
  });
  return (failed) => {
    if (failed.attempt === 1 || failed.attempt % 5 === 0) say(failed);
  };
}
