import { vi } from 'vitest';

/** Waits until the assertions hold; what they say is the failure when that takes longer, 20 seconds unless told. */
export function eventually(
  assertions: () => void | Promise<void>,
  timeoutMs = 20_000,
): Promise<void> {
  return vi.waitFor(assertions, { timeout: timeoutMs, interval: 10 });
}
