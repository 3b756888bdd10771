import type { ErrorLook } from './error-look.js';

export const order = {
  ORDER_NOT_FOUND: { grpc: 'NOT_FOUND', http: 404, title: 'No such order' },
  ORDER_NOT_CANCELLABLE: {
    grpc: 'FAILED_PRECONDITION',
    http: 409,
    title: 'The order can not be cancelled',
  },
  SKU_UNKNOWN: { grpc: 'FAILED_PRECONDITION', http: 422, title: 'A SKU is not in stock lists' },
  CURRENCIES_MIXED: { grpc: 'FAILED_PRECONDITION', http: 422, title: 'An order has one currency' },
  TOTAL_TOO_LARGE: { grpc: 'FAILED_PRECONDITION', http: 422, title: 'The total is too large' },
  INVENTORY_UNAVAILABLE: {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'Prices are not known right now',
    retryable: true,
  },
} as const satisfies Readonly<Record<string, ErrorLook>>;
