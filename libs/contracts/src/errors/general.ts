import type { ErrorLook } from './error-look.js';

/** Codes that any service may use. One line a code. */
export const general = {
  VALIDATION_FAILED: {
    grpc: 'INVALID_ARGUMENT',
    http: 400,
    title: 'The request is not of the schema',
  },
  CURSOR_INVALID: {
    grpc: 'INVALID_ARGUMENT',
    http: 400,
    title: 'The cursor is not one that was given out',
  },
  IDEMPOTENCY_KEY_REQUIRED: {
    grpc: 'INVALID_ARGUMENT',
    http: 400,
    title: 'An Idempotency-Key is required',
  },
  UNAUTHENTICATED: { grpc: 'UNAUTHENTICATED', http: 401, title: 'A valid token is required' },
  FORBIDDEN: { grpc: 'PERMISSION_DENIED', http: 403, title: 'The token does not allow this' },
  NOT_FOUND: { grpc: 'NOT_FOUND', http: 404, title: 'Nothing is here' },
  METHOD_NOT_ALLOWED: { grpc: 'UNIMPLEMENTED', http: 405, title: 'The method is not allowed here' },
  IDEMPOTENCY_KEY_REUSED: {
    grpc: 'ALREADY_EXISTS',
    http: 409,
    title: 'The Idempotency-Key was used with another body',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    grpc: 'ABORTED',
    http: 409,
    title: 'The same request is still being handled',
    retryable: true,
  },
  GROUP_ACTIVE: { grpc: 'FAILED_PRECONDITION', http: 409, title: 'The group is at work' },
  CURSOR_OWN: {
    grpc: 'FAILED_PRECONDITION',
    http: 409,
    title: 'The outbox is of this database already',
  },
  HISTORY_GONE: {
    grpc: 'OUT_OF_RANGE',
    http: 410,
    title: 'The history from there is not kept any more',
  },
  PRECONDITION_FAILED: { grpc: 'ABORTED', http: 412, title: 'It has changed since' },
  PAYLOAD_TOO_LARGE: { grpc: 'INVALID_ARGUMENT', http: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: {
    grpc: 'INVALID_ARGUMENT',
    http: 415,
    title: 'The body must be application/json',
  },
  REPLAY_REFUSED: {
    grpc: 'FAILED_PRECONDITION',
    http: 422,
    title: 'The group can not go back there',
  },
  TOO_MANY_REQUESTS: {
    grpc: 'RESOURCE_EXHAUSTED',
    http: 429,
    title: 'Too many requests',
    retryable: true,
  },
  INTERNAL: { grpc: 'INTERNAL', http: 500, title: 'Something failed here' },
  OVERLOADED: {
    grpc: 'RESOURCE_EXHAUSTED',
    http: 503,
    title: 'Too much is waiting',
    retryable: true,
  },
  OUTBOX_FULL: {
    grpc: 'RESOURCE_EXHAUSTED',
    http: 503,
    title: 'Too many events wait to be published',
    retryable: true,
  },
  OUTBOX_CLOSED: {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'Events can not be recorded right now',
    retryable: true,
  },
  UNAVAILABLE: {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'A service is not reachable',
    retryable: true,
  },
  DEADLINE_EXCEEDED: {
    grpc: 'DEADLINE_EXCEEDED',
    http: 503,
    title: 'It took too long',
    retryable: true,
  },
} as const satisfies Readonly<Record<string, ErrorLook>>;
