import { AuthenticationError, type TopologyError } from '../../errors.js';
import type { Refusal } from '../../publish/publish-call.js';

/** The client threw for the message itself, such as for a property that it can't encode. */
export class UnsendableError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = new.target.name;
  }
}

/** How amqplib hands on that the broker refused a message (basic.nack, which gives no reason). */
const NACKED = 'message nacked';

/** What a message that was not confirmed means to the caller of `publish`. */
export function refusalOf(cause: unknown): Refusal {
  // Not the message is at fault: once we are let in it can be published.
  if (cause instanceof AuthenticationError)
    return { code: cause.code, retryable: true, message: cause.message, cause };
  const text = cause instanceof Error ? cause.message : String(cause);
  if (text === NACKED) return { ...fullRefusal, cause };
  return {
    code:
      cause instanceof UnsendableError && cause.cause instanceof RangeError
        ? 'MESSAGE_TOO_LARGE'
        : 'PUBLISH_FAILED',
    retryable: !(cause instanceof UnsendableError),
    message: `AMQP did not confirm: ${text}`,
    cause,
  };
}

const fullRefusal: Refusal = {
  code: 'QUEUE_FULL',
  retryable: true,
  message:
    'The AMQP broker took it into no queue or not into all: one is at its limit (or its node failed)',
};

/** Retryable: once an operator has mended it the same message can be sent. */
export function topologyRefusal(cause: TopologyError): Refusal {
  return { code: cause.code, retryable: true, message: cause.message, cause };
}

export const timeoutRefusal: Refusal = refusalOf(new Error('The broker did not confirm in time'));

export const closedRefusal: Refusal = {
  code: 'PUBLISHER_CLOSED',
  retryable: true,
  message: 'The AMQP publisher was closed',
};
