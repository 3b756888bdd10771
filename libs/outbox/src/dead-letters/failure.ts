import { createHash } from 'node:crypto';
import type { DeadLetterReason } from '@mesh/messaging';

/** Why an event became a dead letter, as its record says it. */
export interface Failure {
  readonly reason: DeadLetterReason;
  readonly code: string;
  readonly message: string;
  /** The same for failures that differ only in ids and numbers. */
  readonly fingerprint: string;
  readonly attempts: number;
  readonly firstFailedAt: Date;
  readonly lastFailedAt: Date;
}

const MAX_MESSAGE_CHARACTERS = 2000;

/** The failure as it is kept. What a limit of attempts wraps is told by the failure inside. */
export function failureOf(
  error: Error,
  what: Pick<Failure, 'reason' | 'attempts' | 'firstFailedAt'>,
): Failure {
  const innermost = error.cause instanceof Error ? error.cause : error;
  const code = codeOf(innermost);
  return {
    ...what,
    code,
    message: textFor(error.message).slice(0, MAX_MESSAGE_CHARACTERS),
    fingerprint: fingerprintOf(code, innermost.message),
    lastFailedAt: new Date(),
  };
}

/** Twelve hex digits over the code and what is left of the message without quoted texts, ids and numbers. */
export function fingerprintOf(code: string, message: string): string {
  const shape = message
    .replaceAll(/"[^"]*"|'[^']*'/g, '?')
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, '?')
    .replaceAll(/\b[0-9a-f]*\d[0-9a-f]*\b/gi, '?');
  return createHash('sha256').update(`${code} ${shape}`).digest('hex').slice(0, 12);
}

/** Without NUL, which PostgreSQL's text does not take. */
export function textFor(text: string): string {
  return text.replaceAll('\0', '␀');
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
