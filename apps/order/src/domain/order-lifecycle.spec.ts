import { describe, expect, it } from 'vitest';
import { decide, evolve, type OrderCommand } from './order-lifecycle.js';
import { isFinal, type Order, type OrderStatus } from './order.js';

const placedAt = new Date('2026-11-21T12:00:00.000Z');
const placed: Order = {
  ...{ orderId: 'o-1', customerId: 'c-1', status: 'PLACED', version: 1 },
  lines: [{ sku: 'TEA', quantity: 2, unitPrice: { amountMinor: 450, currency: 'EUR' } }],
  total: { amountMinor: 900, currency: 'EUR' },
  ...{ reason: undefined, createdAt: placedAt, updatedAt: placedAt },
};
const confirm: OrderCommand = { type: 'confirm' };
const reject: OrderCommand = { type: 'reject', reason: 'INSUFFICIENT_STOCK' };
const expire: OrderCommand = { type: 'expire' };
const cancel: OrderCommand = { type: 'cancel' };

const given = (status: OrderStatus): Order => ({ ...placed, status, reason: 'before' });

describe('decide', () => {
  it.each([
    ['PLACED', confirm, { status: 'CONFIRMED', reason: undefined }],
    ['PLACED', reject, { status: 'REJECTED', reason: 'INSUFFICIENT_STOCK' }],
    ['PLACED', expire, { status: 'REJECTED', reason: 'RESERVATION_TIMEOUT' }],
    ['PLACED', cancel, { status: 'CANCELLED', reason: 'CANCELLED_BY_CUSTOMER' }],
    ['CONFIRMED', cancel, { status: 'CANCELLED', reason: 'CANCELLED_BY_CUSTOMER' }],
  ] as const)('given %s, when asked to %o, then it becomes %o', (status, command, change) => {
    expect(decide(given(status), command)).toEqual(change);
  });

  it.each([
    ['CONFIRMED', confirm],
    ['CONFIRMED', reject],
    ['CONFIRMED', expire],
    ['REJECTED', confirm],
    ['REJECTED', reject],
    ['REJECTED', expire],
    ['CANCELLED', confirm],
    ['CANCELLED', reject],
    ['CANCELLED', expire],
    ['CANCELLED', cancel],
  ] as const)('given %s, when asked to %o, then nothing changes', (status, command) => {
    expect(decide(given(status), command)).toBeUndefined();
  });

  it('given a rejected order, when it is cancelled, then refuses', () => {
    expect(() => decide(given('REJECTED'), cancel)).toThrow(
      expect.objectContaining({
        code: 'ORDER_NOT_CANCELLABLE',
        message: "Order o-1 was rejected (before) and can't be cancelled",
      }),
    );
  });
});

describe('evolve', () => {
  it('given a change, then the version grows by one and only what changed changes', () => {
    const at = new Date('2026-11-21T12:00:01.000Z');
    const after = evolve(placed, { status: 'REJECTED', reason: 'INSUFFICIENT_STOCK' }, at);

    expect(after).toEqual({
      ...{ ...placed, status: 'REJECTED', reason: 'INSUFFICIENT_STOCK' },
      ...{ version: 2, updatedAt: at },
    });
  });
});

describe('isFinal', () => {
  it('is true where no command changes anything any more', () => {
    const states = ['PLACED', 'CONFIRMED', 'REJECTED', 'CANCELLED'] as const;
    expect(states.filter(isFinal)).toEqual(['REJECTED', 'CANCELLED']);
  });
});
