import type { CloudEvent, ExtensionValue } from '@mesh/envelope';
import type { Handling } from '@mesh/messaging/middleware';

/** An event as a handler gets it: the CloudEvents attributes, the usual extensions by name, and decoded data. */
export interface ReceivedEvent<Data> extends Omit<CloudEvent, 'data'> {
  readonly data: Data;
  /** The trace of origin, which the handler continues. */
  readonly traceparent: string | undefined;
  /** The aggregate's id. */
  readonly partitionkey: string | undefined;
  readonly correlationid: string | undefined;
  readonly causationid: string | undefined;
  /** 1 the first time. */
  readonly attempt: number;
  /**
   * Aborted when the delivery is lost to this process, or the handler's time is up: what is not
   * committed yet should be given up.
   */
  readonly signal: AbortSignal;
}

export function receivedEvent(handling: Handling): ReceivedEvent<unknown> {
  const { event, data, delivery } = handling;
  return {
    ...event,
    data,
    traceparent: text(event.extensions['traceparent']),
    partitionkey: text(event.extensions['partitionkey']),
    correlationid: text(event.extensions['correlationid']),
    causationid: text(event.extensions['causationid']),
    attempt: delivery.attempt,
    get signal() {
      return handling.signal;
    },
  };
}

function text(value: ExtensionValue | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
