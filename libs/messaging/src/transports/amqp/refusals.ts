import type { Refusal } from '../../publish/publish-call.js';

/** What a message that was not confirmed means to the caller of `publish`. */
export function refusalOf(cause: unknown): Refusal {
  const text = cause instanceof Error ? cause.message : String(cause);
  const tooLarge = cause instanceof RangeError;
  return {
    code: tooLarge ? 'MESSAGE_TOO_LARGE' : 'PUBLISH_FAILED',
    retryable: !tooLarge,
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
