import { vi } from 'vitest';

/** Waits until the assertions hold; what they say is the failure when that takes more than 20 seconds. */
export function eventually(assertions: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(assertions, { timeout: 20_000, interval: 10 });
}
