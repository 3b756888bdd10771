import { describe, expect, it } from 'vitest';
import type { Money } from './money.js';
import type { OrderError } from './order-error.js';
import { placement, pricedLines, requestedLines } from './placement.js';

const eur = (amountMinor: number): Money => ({ amountMinor, currency: 'EUR' });
const line = (sku: string, quantity: number) => ({ sku, quantity });

function errorOf(work: () => unknown): OrderError {
  try {
    work();
  } catch (error) {
    return error as OrderError;
  }
  throw new Error('nothing was thrown');
}

describe('requestedLines', () => {
  it('given a SKU in several lines, then its quantities are added in the place of the first', () => {
    const lines = [line('TEA', 2), line('CUP', 1), line('TEA', 3)];
    expect(requestedLines(lines)).toEqual([line('TEA', 5), line('CUP', 1)]);
  });

  it.each([0, 101])('given %i lines, then refuses', (count) => {
    const lines = Array.from({ length: count }, (_, i) => line(`S${i}`, 1));
    expect(errorOf(() => requestedLines(lines))).toMatchObject({
      code: 'VALIDATION_FAILED',
      message: `/lines must have 1 to 100 lines, has ${count}`,
      errors: [{ path: '/lines', message: `must have 1 to 100 lines, has ${count}` }],
    });
  });

  it.each([0, -1, 1.5, NaN, 1_000_000_001])('given the quantity %d, then refuses', (quantity) => {
    const message = `must be a whole number from 1, and at most 1000000000 of a SKU in all, is ${quantity}`;
    expect(errorOf(() => requestedLines([line('A', 1), line('B', quantity)]))).toMatchObject({
      code: 'VALIDATION_FAILED',
      message: `/lines/1/quantity ${message}`,
      errors: [{ path: '/lines/1/quantity', message }],
    });
  });

  it('given lines of one SKU that are too many together, then names the line that is too much', () => {
    const lines = [line('TEA', 600_000_000), line('TEA', 400_000_000), line('TEA', 1)];
    expect(errorOf(() => requestedLines(lines)).errors).toMatchObject([
      { path: '/lines/2/quantity' },
    ]);
  });

  it.each(['', 'x'.repeat(65), 'a\u0000b', 'a\nb'])('given the SKU %j, then refuses', (sku) => {
    expect(errorOf(() => requestedLines([line(sku, 1)]))).toMatchObject({
      code: 'VALIDATION_FAILED',
      message: '/lines/0/sku must be 1 to 64 characters without control characters',
    });
  });

  it('given more faults than fit an answer, then lists the first and counts all', () => {
    const error = errorOf(() => requestedLines(Array.from({ length: 100 }, () => line('', 0))));
    expect(error.errors).toHaveLength(20);
    expect(error.message).toMatch(/ \(and 199 more\)$/);
  });
});

describe('pricedLines', () => {
  it('given SKUs without a price, then names each of their lines as they were asked for', () => {
    const asked = [line('TEA', 1), line('NONE', 1), line('TEA', 1), line('NO', 1)];
    expect(errorOf(() => pricedLines(asked, new Map([['TEA', eur(1)]])))).toMatchObject({
      code: 'SKU_UNKNOWN',
      message: '/lines/1/sku is not a known SKU: NONE (and 1 more)',
      errors: [
        { path: '/lines/1/sku', message: 'is not a known SKU: NONE' },
        { path: '/lines/3/sku', message: 'is not a known SKU: NO' },
      ],
    });
  });
});

describe('placement', () => {
  const ids = { orderId: 'o', customerId: 'c' };
  const priced = (quantity: number, unitPrice: Money) => ({ ...line('TEA', quantity), unitPrice });

  it('given priced lines, then the total is their exact sum', () => {
    const lines = [priced(3, eur(333)), priced(2, eur(1))];
    expect(placement(ids, lines).total).toEqual(eur(1001));
  });

  it('given the largest total there is, then takes it, and refuses one more', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(placement(ids, [priced(1, eur(most))]).total).toEqual(eur(most));
    expect(errorOf(() => placement(ids, [priced(1, eur(most)), priced(1, eur(1))]))).toMatchObject({
      code: 'TOTAL_TOO_LARGE',
      message:
        'The total of 9007199254740992 minor units is above the largest that an order can have, 9007199254740991',
    });
  });

  it('given two currencies, then refuses', () => {
    const lines = [priced(1, eur(1)), priced(1, { amountMinor: 1, currency: 'USD' })];
    expect(errorOf(() => placement(ids, lines))).toMatchObject({
      code: 'CURRENCIES_MIXED',
      message: 'An order has one currency; its lines are priced in EUR and USD',
    });
  });
});
