import { OrderError } from '../domain/order-error.js';

/** Refuses alike what does not exist and what is another customer's, so that nothing leaks. */
export function orderNotFound(orderId: string): never {
  throw new OrderError(
    'ORDER_NOT_FOUND',
    `You have no order ${JSON.stringify(orderId.slice(0, 64))}`,
  );
}
