import type { Death } from '../../delivery.js';
import type { DeadLetterReason } from '../../errors.js';
import { ATTEMPTS_HEADER } from './delivery.js';
import { SOURCE_HEADER } from './delay-ladder.js';

const PREFIX = 'mesh-dead-letter-';

/** RabbitMQ's reasons. */
const reasons: Readonly<Record<string, DeadLetterReason>> = {
  expired: 'expired',
  maxlen: 'overflow',
  delivery_limit: 'max-attempts',
  rejected: 'rejected',
};

const texts: Readonly<Record<DeadLetterReason, string>> = {
  expired: 'EXPIRED: it waited longer than its message or its queue allows',
  overflow: 'OVERFLOW: the queue was at its limit and gave up its oldest messages',
  'max-attempts': 'DELIVERY_LIMIT: it was given back, or its consumer died, too often',
  rejected: 'REJECTED: a consumer refused it',
  undecodable: '',
  gap: 'GAP: an event before it in its key is missing',
};

/** One entry of `x-death`; the latest comes first. */
interface DeathEntry {
  readonly reason?: unknown;
  readonly queue?: unknown;
  readonly exchange?: unknown;
  readonly time?: unknown;
}

/**
 * What the record of a dead letter says (`mesh-dead-letter-reason`, `-error`, `-source`, `-group`,
 * `-attempts`, `-failed-at`), whoever put it there: we, in headers of these names, or the broker, in
 * its `x-death`. Of those that the broker put there `-attempts` is the least that it can have been:
 * RabbitMQ keeps no count there. Null for no dead letter.
 */
export function deadLetterFields(
  headers: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> | null {
  const own = Object.entries(headers).filter(([name]) => name.startsWith(PREFIX));
  if (own.length > 0) return Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
  const deaths = headers['x-death'];
  const death = (Array.isArray(deaths) ? deaths[0] : undefined) as DeathEntry | undefined;
  if (death === undefined) return null;
  const reason = reasons[String(death.reason)] ?? 'rejected';
  return {
    [`${PREFIX}reason`]: reason,
    [`${PREFIX}error`]: texts[reason],
    [`${PREFIX}source`]: String(headers[SOURCE_HEADER] ?? death.exchange ?? ''),
    [`${PREFIX}group`]: String(death.queue ?? ''),
    [`${PREFIX}attempts`]: String(attemptsIn(headers, reason)),
    [`${PREFIX}failed-at`]: timeOf(death.time),
  };
}

/** The same for a program. What nobody gave a reason for was put there by hand, and counts as rejected. */
export function deathOf(headers: Readonly<Record<string, unknown>>): Death {
  const fields = deadLetterFields(headers) ?? {};
  const reason = fields[`${PREFIX}reason`] ?? '';
  return {
    reason: reason in texts ? (reason as DeadLetterReason) : 'rejected',
    attempts: Number(fields[`${PREFIX}attempts`] ?? 0) || 0,
    message: fields[`${PREFIX}error`] ?? texts.rejected,
  };
}

function attemptsIn(headers: Readonly<Record<string, unknown>>, reason: DeadLetterReason): number {
  const before = headers[ATTEMPTS_HEADER];
  return (typeof before === 'number' ? before : 0) + (reason === 'max-attempts' ? 1 : 0);
}

/** amqplib gives a timestamp as seconds, tagged with its type. */
function timeOf(time: unknown): string {
  const seconds = (time as { value?: unknown } | undefined)?.value;
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : '';
}
