import type { Delivery } from '../delivery.js';
import type { DeadLetterReason } from '../errors.js';

const MAX_ERROR_CHARACTERS = 1000;

/** What a dead letter carries beside the original headers; every value is text. */
export function deadLetterHeaders(
  delivery: Delivery,
  reason: DeadLetterReason,
  error: Error,
): Record<string, string> {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return {
    'mesh-dead-letter-reason': reason,
    'mesh-dead-letter-error': `${code}: ${error.message}`.slice(0, MAX_ERROR_CHARACTERS),
    'mesh-dead-letter-source': delivery.source,
    'mesh-dead-letter-group': delivery.group,
    'mesh-dead-letter-attempts': String(delivery.attempt),
    'mesh-dead-letter-failed-at': new Date().toISOString(),
  };
}
