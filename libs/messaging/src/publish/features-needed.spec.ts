import { expect, it } from 'vitest';
import { messageOf } from '../testing/samples.js';
import { requireFeatures } from './features-needed.js';

const message = messageOf('jobs', 'o-1');
const none = {
  ordering: true,
  consumerGroups: true,
  persistent: true,
  replay: true,
  delay: false,
  priority: false,
  expiry: false,
};

it.each([
  ['expiry', { expiresAfterMs: 1000 }],
  ['priority', { priority: 0 }],
  ['delay', { delayMs: 1000 }],
] as const)(
  'given a message that needs "%s", then refuses the call by that name',
  (feature, option) => {
    const messages = [message, { ...message, ...option }];
    expect(() => requireFeatures(messages, { name: 'kafka', features: none })).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_FEATURE',
        message: `The kafka transport does not offer "${feature}"`,
        retryable: false,
      }),
    );
    const features = { ...none, [feature]: true };
    expect(() => requireFeatures(messages, { name: 'amqp', features })).not.toThrow();
  },
);
