import { describe, expect, it } from 'vitest';
import { asFound, mismatchOf } from './mismatch.js';

/** Texts of RabbitMQ 3.10.8, as amqplib hands them on. */
const refusal = (text: string) =>
  new Error(
    `Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - ${text}"`,
  );

describe('mismatchOf', () => {
  it.each([
    ["'x-message-ttl' for queue 'q' in vhost '/': received '2000' but current is '1000'", '1000'],
    [
      "'x-max-length' for queue 'q' in vhost '/': received the value '3' of type 'byte' but current is none",
      null,
    ],
    [
      "'x-single-active-consumer' for queue 'q' in vhost '/': received none but current is the value 'true' of type 'bool'",
      'true',
    ],
    ["'type' for exchange 'e' in vhost 'it': received 'headers' but current is 'topic'", 'topic'],
    // The text is cut at 255 bytes.
    [
      "'x-queue-type' for queue 'q' in vhost '/': received the value 'quorum' of type 'longstr' but current...",
      undefined,
    ],
    [
      "'x-queue-type' for queue 'q' in vhost '/': received 'a' but current is the val...",
      undefined,
    ],
    ["'x-queue-type' for queue 'qqqqqq...", undefined],
  ])('reads: inequivalent arg %s', (text, found) => {
    const setting = /'([^']+)'/.exec(text)?.[1];
    expect(mismatchOf(refusal(`inequivalent arg ${text}`))).toMatchObject({ setting, found });
  });

  it('takes no other refusal for one', () => {
    expect(
      mismatchOf(refusal("invalid arg 'x-max-priority' for queue 'q' in vhost '/'")),
    ).toBeNull();
    expect(mismatchOf(new Error('Channel closed'))).toBeNull();
  });
});

describe('asFound', () => {
  const declaration = {
    resource: 'queue',
    name: 'q',
    settings: { 'x-message-ttl': 2000 },
  } as const;
  const mismatch = { foundType: undefined };

  it.each([
    ['a number', { setting: 'x-message-ttl', found: '1000' }, { 'x-message-ttl': 1000 }],
    ['nothing', { setting: 'x-message-ttl', found: null }, {}],
    ['what it did not say', { setting: 'x-message-ttl', found: undefined }, {}],
    [
      'a text that looks like a number',
      { setting: 'x-dead-letter-exchange', found: '7', foundType: 'longstr' },
      { 'x-message-ttl': 2000, 'x-dead-letter-exchange': '7' },
    ],
    [
      'a boolean',
      { setting: 'durable', found: 'false' },
      { 'x-message-ttl': 2000, durable: false },
    ],
  ])('given the broker has %s, then declares that', (_, found, settings) => {
    expect(asFound(declaration, { ...mismatch, ...found }).settings).toEqual(settings);
  });
});
