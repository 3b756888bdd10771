import { OrderStatus } from '@mesh/contracts/order';
import { describe, expect, it } from 'vitest';
import { toOrder, toOrderUpdate } from './order-mapping.js';

const at = new Date('2026-11-21T10:00:00Z');
const money = { amountMinor: 1250, currency: 'EUR' };
const message = {
  orderId: 'o1',
  customerId: 'ann',
  status: OrderStatus.ORDER_STATUS_REJECTED,
  version: 2,
  lines: [{ sku: 'MUG', quantity: 1, unitPrice: money }],
  total: money,
  createdAt: at,
  updatedAt: at,
  reason: 'INSUFFICIENT_STOCK',
};
const update = {
  ...{ orderId: 'o1', customerId: 'ann', version: 1, feedSequence: 9, traceparent: '00-x' },
  status: OrderStatus.ORDER_STATUS_PLACED,
  occurredAt: at,
};

describe('order mapping', () => {
  it('gives an order in the words of the contract, without what its customer knows', () => {
    const { orderId, version, lines, total, createdAt, updatedAt, reason } = message;
    expect(toOrder(message)).toEqual({
      ...{ orderId, version, lines, total, createdAt, updatedAt, reason },
      status: 'REJECTED',
    });
  });

  it('leaves out a reason that is not there', () => {
    expect(toOrder({ ...message, reason: undefined })).not.toHaveProperty('reason');
    const { orderId: id, ...rest } = update;
    expect(toOrderUpdate(update)).toEqual({ ...rest, id, status: 'PLACED' });
  });

  it('given a message without what the contract asks for, then it fails and names the field', () => {
    expect(() => toOrder(undefined)).toThrow('The answer lacks "order"');
    expect(() => toOrder({ ...message, total: undefined })).toThrow('The answer lacks "money"');
    expect(() => toOrder({ ...message, status: OrderStatus.ORDER_STATUS_UNSPECIFIED })).toThrow(
      'The order status ORDER_STATUS_UNSPECIFIED is not known here',
    );
  });
});
