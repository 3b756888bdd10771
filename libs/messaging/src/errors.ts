import type { TopologyDifference } from './topology-difference.js';

/** Why a message became a dead letter. */
export type DeadLetterReason =
  'max-attempts' | 'rejected' | 'expired' | 'overflow' | 'undecodable' | 'gap';

/**
 * What went wrong with a broker; stable, so that callers may decide by it. The class that has a code says what
 * follows from it.
 */
export type MessagingErrorCode =
  | 'PUBLISH_FAILED'
  | 'MESSAGE_TOO_LARGE'
  | 'PUBLISHER_CLOSED'
  | 'QUEUE_FULL'
  | 'TRANSPORT_UNAVAILABLE'
  | 'AUTHENTICATION_FAILED'
  | 'ACCESS_DENIED'
  | 'UNSUPPORTED_FEATURE'
  | 'TOPOLOGY_MISMATCH'
  | 'GROUP_ACTIVE'
  | 'REPLAY_REFUSED'
  | 'DELIVERY_REJECTED'
  | 'HANDLER_TIMEOUT';

/** What every error of this lib is. `retryable`: the same call may succeed later. */
export class MessagingError extends Error {
  constructor(
    readonly code: MessagingErrorCode,
    message: string,
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Some messages of a `publish` call are not confirmed; those may still arrive. */
export class PublishError extends MessagingError {
  constructor(
    message: string,
    /** Positions in the array given to `publish`. */
    readonly unconfirmed: readonly number[],
    options: ErrorOptions & { code?: MessagingErrorCode; retryable?: boolean } = {},
  ) {
    super(options.code ?? 'PUBLISH_FAILED', message, options.retryable ?? true, options);
  }
}

/** The broker can't be reached or refused the connection. */
export class TransportError extends MessagingError {
  constructor(message: string, options?: ErrorOptions) {
    super('TRANSPORT_UNAVAILABLE', message, true, options);
  }
}

/**
 * The broker does not let us in, or we don't trust it: a wrong password, token or certificate. It
 * stays so until someone changes that; what is refused for it, such as a publish, may succeed then.
 */
export class AuthenticationError extends MessagingError {
  constructor(message: string, options?: ErrorOptions) {
    super('AUTHENTICATION_FAILED', message, false, options);
  }
}

/** The broker has something otherwise than the code describes it, and it can't be changed in place. */
export class TopologyError extends MessagingError {
  constructor(
    transport: string,
    readonly differences: readonly TopologyDifference[],
    options?: ErrorOptions,
  ) {
    const found = differences.map((one) => {
      const has = one.found === null ? 'has none' : `has ${one.found}`;
      return `${one.resource} "${one.name}" ${has} as ${one.setting} instead of ${one.wanted}`;
    });
    const text = `The ${transport} broker differs from the code: ${found.join('; ')}. ${remedyOf(differences)}`;
    super('TOPOLOGY_MISMATCH', text, false, options);
  }
}

/** Queues of groups are not in the description that the command compares. */
function remedyOf(differences: readonly TopologyDifference[]): string {
  const queues = differences.filter(({ resource }) => resource === 'queue');
  const [name] = new Set(queues.map(({ name }) => name));
  if (name === undefined) return 'See npm run mesh -- topology diff';
  return `A queue can not be changed: once "${name}" is empty and nothing is published to it, delete it (rabbitmqctl delete_queue ${name}), then start again`;
}

/** A subscription asks for what the transport's features record does not have. */
export class UnsupportedFeatureError extends MessagingError {
  constructor(transport: string, feature: string) {
    super('UNSUPPORTED_FEATURE', `The ${transport} transport does not offer "${feature}"`, false);
  }
}

/** Thrown by a handler: this delivery can never be handled; it goes to the dead letter channel. */
export class RejectedError extends MessagingError {
  constructor(
    readonly reason: DeadLetterReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super('DELIVERY_REJECTED', message, false, options);
  }
}

/** A group can't go back: it has members (GROUP_ACTIVE), or there is no such place (REPLAY_REFUSED). */
export class ReplayError extends MessagingError {
  constructor(code: 'GROUP_ACTIVE' | 'REPLAY_REFUSED', message: string, options?: ErrorOptions) {
    super(code, message, code === 'GROUP_ACTIVE', options);
  }
}
