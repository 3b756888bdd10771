/** Why a message became a dead letter. */
export type DeadLetterReason = 'max-attempts' | 'rejected' | 'expired' | 'overflow' | 'undecodable';

export type MessagingErrorCode =
  | 'PUBLISH_FAILED'
  | 'MESSAGE_TOO_LARGE'
  | 'PUBLISHER_CLOSED'
  | 'TRANSPORT_UNAVAILABLE'
  | 'UNSUPPORTED_FEATURE'
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
