import { UnsupportedFeatureError } from '../errors.js';
import type { Message } from '../publisher.js';
import type { Features } from '../transport.js';

/** The feature that each option of a message needs. */
const needs = [
  ['expiresAfterMs', 'expiry'],
  ['priority', 'priority'],
  ['delayMs', 'delay'],
] as const;

/**
 * Refuses a call before anything of it is sent.
 * @throws UnsupportedFeatureError naming the feature that a message needs and the transport lacks
 */
export function requireFeatures(
  messages: readonly Message[],
  transport: { readonly name: string; readonly features: Features },
): void {
  for (const message of messages) {
    for (const [option, feature] of needs) {
      if (message[option] !== undefined && !transport.features[feature])
        throw new UnsupportedFeatureError(transport.name, feature);
    }
  }
}
