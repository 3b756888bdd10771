import { describe, expect, it } from 'vitest';
import { emailText } from './email-text.js';
import type { OrderChange } from './order-change.js';

const change: OrderChange = {
  orderId: 'o-1',
  customerId: 'ann',
  version: 1,
  feedSequence: 1,
  status: 'PLACED',
  occurredAt: new Date(0),
};

describe('emailText', () => {
  it('given an order that was placed, then lists what was ordered and the total', () => {
    const lines = [
      { sku: 'MUG-RED', quantity: 2 },
      { sku: 'KETTLE-GN', quantity: 1 },
    ];
    const total = { amountMinor: 123_405, currency: 'EUR' };
    expect(emailText({ ...change, content: { lines, total } })).toEqual({
      subject: 'We received your order',
      text: [
        'Hello,',
        '',
        'Thank you for your order. We are reserving it now.',
        '',
        '2 x MUG-RED',
        '1 x KETTLE-GN',
        '',
        'Total: €1,234.05',
        '',
        'Your order: o-1',
        '',
        'Your Protocol Mesh shop',
        '',
      ].join('\n'),
    });
  });

  it('given a currency without minor units, then does not invent them', () => {
    const content = { lines: [], total: { amountMinor: 1200, currency: 'JPY' } };
    expect(emailText({ ...change, content }).text).toContain('Total: ¥1,200');
  });

  it('given a currency that is none, then shows what it got', () => {
    const content = { lines: [], total: { amountMinor: 1200, currency: '' } };
    expect(emailText({ ...change, content }).text).toContain('Total: 1200 \n');
  });

  it.each([
    ['INSUFFICIENT_STOCK', 'There is not enough left of what you ordered. Nothing is reserved.'],
    ['RESERVATION_TIMEOUT', 'We could not reserve your order in time. Nothing is reserved.'],
    ['constructor', 'Your order could not be fulfilled. Nothing is reserved.'],
  ])('given an order rejected for %s, then says so', (reason, sentence) => {
    expect(emailText({ ...change, status: 'REJECTED', reason }).text).toContain(sentence);
  });

  it.each(['CONFIRMED', 'CANCELLED'] as const)('has a text of its own for %s', (status) => {
    expect(emailText({ ...change, status }).subject).toMatch(/^Your order is /);
  });
});
