import { expect, it } from 'vitest';
import { ForgetHistory } from './forget-history.js';
import { InMemoryOrderStore } from './testing/in-memory-order-store.js';
import { draft, place } from './testing/order-store.fixture.js';

const DAY_MS = 86_400_000;

it('forgets changes that are older than it is told, however many they are', async () => {
  const store = new InMemoryOrderStore();
  for (let n = 0; n < 1200; n += 1) await place(store, draft('anna'));
  const later = (ms: number) => new Date(store.now.getTime() + ms);
  const forget = new ForgetHistory(store, 90 * DAY_MS);
  expect(await forget.execute(later(90 * DAY_MS))).toBe(0);
  expect(await forget.execute(later(90 * DAY_MS + 1), AbortSignal.abort())).toBe(0);
  expect(await forget.execute(later(90 * DAY_MS + 1))).toBe(1200);
});
