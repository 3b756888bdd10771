import { describe, expect, it } from 'vitest';
import { PublishError } from '../errors.js';
import { messagesOf } from '../testing/samples.js';
import { encodeAll } from './encode-all.js';

describe('encodeAll', () => {
  it('given one message that can not be sent, then names all as unconfirmed and that one as the cause', () => {
    const refuseSecond = (_: unknown, index: number) => {
      if (index !== 1) return index;
      const options = { code: 'MESSAGE_TOO_LARGE', retryable: false } as const;
      throw new PublishError('Message 1 has 9 bytes, a topic takes at most 8', [index], options);
    };
    expect(() => encodeAll(messagesOf('topic', 3), refuseSecond)).toThrow(
      expect.objectContaining({
        code: 'MESSAGE_TOO_LARGE',
        message: 'Message 1 has 9 bytes, a topic takes at most 8',
        retryable: false,
        unconfirmed: [0, 1, 2],
      }),
    );
  });
});
