import type { ErrorLook } from './error-look.js';

export const inventory = {
  STOCK_NOT_FOUND: { grpc: 'NOT_FOUND', http: 404, title: 'No such SKU' },
} as const satisfies Readonly<Record<string, ErrorLook>>;
