import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decideReservation, mergeLines } from './reservation.js';

const lines = fc.array(
  fc.record({ sku: fc.constantFrom('A', 'B', 'C', 'a'), quantity: fc.integer({ min: 1, max: 9 }) }),
  { minLength: 1, maxLength: 20 },
);

describe('mergeLines', () => {
  it('given a SKU repeated, when merging, then adds its quantities up and sorts by SKU', () => {
    const merged = mergeLines([
      { sku: 'B', quantity: 1 },
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 3 },
    ]);
    expect(merged).toEqual([
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 4 },
    ]);
  });

  it('keeps the total and names each SKU once, for any lines', () => {
    fc.assert(
      fc.property(lines, (given) => {
        const merged = mergeLines(given);
        const total = (of: typeof merged) => of.reduce((sum, line) => sum + line.quantity, 0);
        expect(total(merged)).toBe(total(given));
        expect(new Set(merged.map((line) => line.sku)).size).toBe(merged.length);
      }),
    );
  });
});

describe('decideReservation', () => {
  it('given enough of each, when deciding, then reserves', () => {
    const decision = decideReservation([{ sku: 'A', quantity: 3 }], new Map([['A', 3]]));
    expect(decision).toEqual({ status: 'reserved' });
  });

  it('given one line short, when deciding, then rejects all and names the short SKU', () => {
    const wanted = mergeLines([
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 2 },
    ]);
    const decision = decideReservation(wanted, new Map(Object.entries({ A: 5, B: 1 })));
    expect(decision).toEqual({ status: 'rejected', shortSkus: ['B'] });
  });

  it('given a SKU that is not in stock, when deciding, then rejects', () => {
    const decision = decideReservation([{ sku: 'X', quantity: 1 }], new Map());
    expect(decision).toEqual({ status: 'rejected', shortSkus: ['X'] });
  });

  it('reserves exactly when no merged line exceeds what is available', () => {
    const stock = fc.dictionary(fc.constantFrom('A', 'B', 'C', 'a'), fc.nat(30));
    fc.assert(
      fc.property(lines, stock, (given, available) => {
        const merged = mergeLines(given);
        const fits = merged.every((line) => (available[line.sku] ?? 0) >= line.quantity);
        const decision = decideReservation(merged, new Map(Object.entries(available)));
        expect(decision.status).toBe(fits ? 'reserved' : 'rejected');
      }),
    );
  });
});
