import { describe, expect, it } from 'vitest';
import { messageOf } from '../../testing/samples.js';
import { outgoingOf } from './outgoing.js';

const message = messageOf('jobs', 'o-1');
const withEvent = (change: object) => ({ ...message, event: { ...message.event, ...change } });

describe('outgoingOf', () => {
  it.each([
    ['the routing key', { ...message, routingKey: 'é'.repeat(128) }, 'routing key has 256'],
    ['a type as routing key', withEvent({ type: 't'.repeat(256) }), 'routing key has 256'],
    ['the exchange', { ...message, destination: 'x'.repeat(256) }, 'exchange has 256'],
  ])('given %s is longer than AMQP can say, then it can never be sent', (_, tooLong, fault) => {
    expect(() => outgoingOf(tooLong, 3)).toThrow(
      expect.objectContaining({
        name: 'PublishError',
        code: 'MESSAGE_TOO_LARGE',
        message: `Message 3: its ${fault} bytes; AMQP takes at most 255`,
        retryable: false,
        unconfirmed: [3],
      }),
    );
  });

  it('takes a routing key of 255 bytes', () => {
    const routingKey = 'r'.repeat(255);
    expect(outgoingOf({ ...message, routingKey }, 0)).toMatchObject({ routingKey });
  });
});
