import { IllegalOperationError } from 'amqplib';
import { expect, it } from 'vitest';
import { messageOf } from '../../testing/samples.js';
import type { AmqpConnection } from './connection.js';
import { settingsOf } from './options.js';
import { AmqpPublisher } from './publisher.js';

/** Publishes one message over a channel whose client throws this for it. */
async function publishThrowing(error: Error): Promise<unknown> {
  const channel = {
    on: () => channel,
    once: () => channel,
    assertExchange: async () => ({}),
    close: async () => {},
    publish: () => {
      throw error;
    },
  };
  const model = { createConfirmChannel: async () => channel };
  const connection = {
    blocked: false,
    answered: async (work: (of: typeof model) => Promise<unknown>) => work(model),
  } as unknown as AmqpConnection;
  const publisher = new AmqpPublisher(
    connection,
    settingsOf({ url: 'amqp://127.0.0.1', clientName: 'spec' }),
  );
  const thrown: unknown = await publisher
    .publish([messageOf('jobs', 'o-1')])
    .catch((refused: unknown) => refused);
  await publisher.close();
  return thrown;
}

it.each([
  [
    'the message can not be encoded',
    new TypeError("Field 'x' is the wrong type"),
    {
      code: 'PUBLISH_FAILED',
      retryable: false,
      message:
        "AMQP did not confirm: Field 'x' is the wrong type (1 of 1 messages are not confirmed)",
    },
  ],
  [
    'its headers are too large',
    new RangeError('exceeds the buffer'),
    { code: 'MESSAGE_TOO_LARGE', retryable: false },
  ],
  [
    'the channel is closed',
    new IllegalOperationError('Channel closed'),
    { code: 'PUBLISH_FAILED', retryable: true },
  ],
])(
  'given the client throws because %s, then the refusal says whether to try again',
  async (_, error, refusal) => {
    expect(await publishThrowing(error)).toMatchObject(refusal);
  },
);
