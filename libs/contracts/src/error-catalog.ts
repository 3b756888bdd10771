/** How an error code looks in each protocol. One line a code; the only place where codes meet statuses. */
export const errorCatalog = {
  VALIDATION_FAILED: { grpc: 'INVALID_ARGUMENT', http: 400, title: 'The request is not of the schema' },
  CURSOR_INVALID: { grpc: 'INVALID_ARGUMENT', http: 400, title: 'The cursor is not one that was given out' },
  IDEMPOTENCY_KEY_REQUIRED: { grpc: 'INVALID_ARGUMENT', http: 400, title: 'An Idempotency-Key is required' },
  UNAUTHENTICATED: { grpc: 'UNAUTHENTICATED', http: 401, title: 'A valid token is required' },
  FORBIDDEN: { grpc: 'PERMISSION_DENIED', http: 403, title: 'The token does not allow this' },
  NOT_FOUND: { grpc: 'NOT_FOUND', http: 404, title: 'Nothing is here' },
  ORDER_NOT_FOUND: { grpc: 'NOT_FOUND', http: 404, title: 'No such order' },
  STOCK_NOT_FOUND: { grpc: 'NOT_FOUND', http: 404, title: 'No such SKU' },
  METHOD_NOT_ALLOWED: { grpc: 'UNIMPLEMENTED', http: 405, title: 'The method is not allowed here' },
  IDEMPOTENCY_KEY_REUSED: { grpc: 'ALREADY_EXISTS', http: 409, title: 'The Idempotency-Key was used with another body' },
  IDEMPOTENCY_IN_PROGRESS: { grpc: 'ABORTED', http: 409, title: 'The same request is still being handled' },
  ORDER_NOT_CANCELLABLE: { grpc: 'FAILED_PRECONDITION', http: 409, title: 'The order can not be cancelled' },
  PAYLOAD_TOO_LARGE: { grpc: 'INVALID_ARGUMENT', http: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { grpc: 'INVALID_ARGUMENT', http: 415, title: 'The body must be application/json' },
  SKU_UNKNOWN: { grpc: 'FAILED_PRECONDITION', http: 422, title: 'A SKU is not in stock lists' },
  CURRENCIES_MIXED: { grpc: 'FAILED_PRECONDITION', http: 422, title: 'An order has one currency' },
  TOTAL_TOO_LARGE: { grpc: 'FAILED_PRECONDITION', http: 422, title: 'The total is too large' },
  TOO_MANY_REQUESTS: { grpc: 'RESOURCE_EXHAUSTED', http: 429, title: 'Too many requests' },
  INTERNAL: { grpc: 'INTERNAL', http: 500, title: 'Something failed here' },
  INVENTORY_UNAVAILABLE: { grpc: 'UNAVAILABLE', http: 503, title: 'Prices are not known right now' },
  OVERLOADED: { grpc: 'RESOURCE_EXHAUSTED', http: 503, title: 'Too much is waiting' },
  UNAVAILABLE: { grpc: 'UNAVAILABLE', http: 503, title: 'A service is not reachable' },
  DEADLINE_EXCEEDED: { grpc: 'DEADLINE_EXCEEDED', http: 503, title: 'It took too long' },
} as const;

export type ErrorCode = keyof typeof errorCatalog;
