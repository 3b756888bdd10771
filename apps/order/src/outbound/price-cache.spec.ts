import { describe, expect, it } from 'vitest';
import type { Money } from '../domain/money.js';
import { PriceCache } from './price-cache.js';

const eur = (amountMinor: number): Money => ({ amountMinor, currency: 'EUR' });

/** A cache over prices, a failure and a clock that the test sets. */
function given(prices: Record<string, Money>) {
  const state = { prices, away: false, nowMs: 0, asked: [] as string[][], hold: Promise.resolve() };
  const cache = new PriceCache({
    async fetch(skus) {
      state.asked.push([...skus]);
      await state.hold;
      if (state.away) throw new Error('away');
      return new Map(skus.flatMap((sku) => (state.prices[sku] ? [[sku, state.prices[sku]]] : [])));
    },
    ...{ freshMs: 1000, pauseMs: 100, maxEntries: 3, now: () => state.nowMs },
  });
  return { state, cache };
}

describe('PriceCache', () => {
  it('asks once while the answer is fresh, and again when it is not', async () => {
    const { state, cache } = given({ TEA: eur(1) });
    await cache.of(['TEA']);
    state.prices = { TEA: eur(2) };
    state.nowMs = 999;
    expect(await cache.of(['TEA'])).toEqual(new Map([['TEA', eur(1)]]));
    state.nowMs = 1000;
    expect(await cache.of(['TEA'])).toEqual(new Map([['TEA', eur(2)]]));
    expect(state.asked).toEqual([['TEA'], ['TEA']]);
  });

  it('asks only for what it does not have', async () => {
    const { state, cache } = given({ TEA: eur(1), CUP: eur(2) });
    await cache.of(['TEA']);
    await cache.of(['TEA', 'CUP']);
    expect(state.asked).toEqual([['TEA'], ['CUP']]);
  });

  it('leaves out what does not exist, and asks for it again', async () => {
    const { state, cache } = given({ TEA: eur(1) });
    expect(await cache.of(['TEA', 'NEW'])).toEqual(new Map([['TEA', eur(1)]]));
    state.prices = { NEW: eur(3) };
    expect(await cache.of(['NEW'])).toEqual(new Map([['NEW', eur(3)]]));
  });

  it('given nobody answers, then uses the old price, however old', async () => {
    const { state, cache } = given({ TEA: eur(1) });
    await cache.of(['TEA']);
    state.away = true;
    state.nowMs = 10_000_000;
    expect(await cache.of(['TEA'])).toEqual(new Map([['TEA', eur(1)]]));
  });

  it('given nobody answers, then does not ask again for a while', async () => {
    const { state, cache } = given({ TEA: eur(1) });
    await cache.of(['TEA']);
    state.away = true;
    state.nowMs = 1000;
    await cache.of(['TEA']);
    state.nowMs = 1099;
    await cache.of(['TEA']);
    expect(state.asked).toHaveLength(2);
    state.nowMs = 1100;
    await cache.of(['TEA']);
    expect(state.asked).toHaveLength(3);
  });

  it('given nobody answers and a SKU was never known, then refuses and says when to try again', async () => {
    const { state, cache } = given({ TEA: eur(1) });
    await cache.of(['TEA']);
    state.away = true;
    await expect(cache.of(['TEA', 'CUP'])).rejects.toMatchObject({
      code: 'INVENTORY_UNAVAILABLE',
      message:
        'Nothing is known about SKU CUP and inventory does not answer; send the request again soon',
      ...{ retryAfterMs: 100, retryable: true, cause: new Error('away') },
    });
  });

  it('given several need the same SKU at once, then asks once', async () => {
    const { state, cache } = given({ TEA: eur(1), CUP: eur(2) });
    const hold = Promise.withResolvers<void>();
    state.hold = hold.promise;
    const answers = Promise.all([cache.of(['TEA']), cache.of(['TEA', 'CUP']), cache.of(['CUP'])]);
    hold.resolve();
    expect((await answers).map((prices) => prices.size)).toEqual([1, 2, 1]);
    expect(state.asked).toEqual([['TEA'], ['CUP']]);
  });

  it('keeps no more entries than allowed, the latest ones', async () => {
    const { state, cache } = given({ A: eur(1), B: eur(2), C: eur(3), D: eur(4) });
    for (const sku of ['A', 'B', 'C', 'D']) await cache.of([sku]);
    state.asked = [];
    await cache.of(['B', 'C', 'D']);
    expect(state.asked).toEqual([]);
    await cache.of(['A']);
    expect(state.asked).toEqual([['A']]);
  });
});
