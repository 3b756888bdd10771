import { OrderError } from '../domain/order-error.js';

/** @throws OrderError VALIDATION_FAILED */
export function pageLimit(limit: number, { unset, max }: { unset: number; max: number }): number {
  if (limit === 0) return unset;
  if (Number.isInteger(limit) && limit >= 1 && limit <= max) return limit;
  const message = `must be 1 to ${max}, is ${limit}`;
  throw new OrderError('VALIDATION_FAILED', `/limit ${message}`, {
    errors: [{ path: '/limit', message }],
  });
}
