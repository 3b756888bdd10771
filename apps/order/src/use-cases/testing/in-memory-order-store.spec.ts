import { describe } from 'vitest';
import { InMemoryOrderStore } from './in-memory-order-store.js';
import { orderStoreSuite } from './order-store.suite.js';

describe('InMemoryOrderStore', () => {
  orderStoreSuite(() => {
    const store = new InMemoryOrderStore();
    const advance = async (ms: number): Promise<void> => {
      store.now = new Date(store.now.getTime() + ms);
    };
    return { store, advance, events: async () => store.events };
  });
});
