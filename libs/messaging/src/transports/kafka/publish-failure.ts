import type { MessagingErrorCode } from '../../errors.js';
import type { Refusal } from '../../publish/publish-call.js';
import { authenticationErrorOf } from './access.js';
import { brokerErrorOf, kindOf } from './broker-errors.js';

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/**
 * What a failed send of kafkajs means to the caller of `publish`. Only a fault of the message itself is
 * permanent: what rights and settings are in the way of can be published once they are changed.
 */
export function refusalOf(cause: unknown): Refusal {
  const denied = authenticationErrorOf(cause);
  if (denied !== null)
    return { code: denied.code, retryable: true, message: denied.message, cause };
  const text = cause instanceof Error ? cause.message : String(cause);
  return {
    code: codeOf(cause),
    retryable: kindOf(cause) !== 'message',
    message: `Kafka did not confirm: ${text}`,
    cause,
  };
}

function codeOf(cause: unknown): MessagingErrorCode {
  if (TOO_LARGE.has(brokerErrorOf(cause))) return 'MESSAGE_TOO_LARGE';
  return kindOf(cause) === 'denied' ? 'ACCESS_DENIED' : 'PUBLISH_FAILED';
}
