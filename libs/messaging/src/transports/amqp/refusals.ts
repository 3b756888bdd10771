import type { Refusal } from '../../publish/publish-call.js';

/** The client threw for the message itself, such as for a property that it can't encode. */
export class UnsendableError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = new.target.name;
  }
}

/** What a message that was not confirmed means to the caller of `publish`. */
export function refusalOf(cause: unknown): Refusal {
  const text = cause instanceof Error ? cause.message : String(cause);
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

export const timeoutRefusal: Refusal = refusalOf(new Error('The broker did not confirm in time'));

export const closedRefusal: Refusal = {
  code: 'PUBLISHER_CLOSED',
  retryable: true,
  message: 'The AMQP publisher was closed',
};
