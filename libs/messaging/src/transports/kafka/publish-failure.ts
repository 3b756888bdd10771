import type { Refusal } from '../../publish/publish-call.js';

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
/** What another try of the same message can't change. */
const PERMANENT = new Set([
  ...TOO_LARGE,
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_RECORD',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
]);

/** What a failed send of kafkajs means to the caller of `publish`. */
export function refusalOf(cause: unknown): Refusal {
  const type = brokerErrorOf(cause);
  const text = cause instanceof Error ? cause.message : String(cause);
  return {
    code: TOO_LARGE.has(type) ? 'MESSAGE_TOO_LARGE' : 'PUBLISH_FAILED',
    retryable: !PERMANENT.has(type),
    message: `Kafka did not confirm: ${text}`,
    cause,
  };
}

/** The broker's own error, under what kafkajs wraps around it. */
export function brokerErrorOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('type' in at && typeof at.type === 'string') return at.type;
  }
  return '';
}
