import { expect, it } from 'vitest';
import { isOrderId, newOrderId } from './order-id.js';

it('given two times, then the id of the later one sorts behind', () => {
  expect(newOrderId(1_700_000_000_000) < newOrderId(1_700_000_000_001)).toBe(true);
});

it('makes UUIDs of version 7 and the RFC 9562 variant, each another one', () => {
  const ids = Array.from({ length: 100 }, () => newOrderId(1_700_000_000_000));
  expect(new Set(ids).size).toBe(100);
  for (const id of ids)
    expect(id).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it('knows what can be an order id', () => {
  expect(isOrderId(newOrderId())).toBe(true);
  for (const value of ['', 'x', `${newOrderId()}0`, newOrderId().toUpperCase()]) {
    expect(isOrderId(value)).toBe(false);
  }
});
