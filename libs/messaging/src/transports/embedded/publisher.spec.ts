import { createEvent } from '@mesh/envelope';
import type { LogEntry } from '@mesh/pg-log';
import { describe, expect, it } from 'vitest';
import type { PublishError } from '../../errors.js';
import type { Message } from '../../publisher.js';
import { EmbeddedPublisher } from './publisher.js';

/** A log whose commits end when the test says so. */
class SlowLog {
  readonly commits: { ids: string[]; confirm(): void; refuse(error: Error): void }[] = [];

  append = (entries: readonly LogEntry[]): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const ids = entries.map(({ headers }) => headers['ce_id'] ?? '');
    this.commits.push({ ids, confirm: resolve, refuse: reject });
    return promise;
  };

  async started(count: number): Promise<void> {
    await expect.poll(() => this.commits.length, { interval: 1 }).toBe(count);
  }
}

function message(id: string, key: string | null = 'k', data = Buffer.from(id)): Message {
  const event = createEvent({ id, source: '/test', type: 'test.Happened', data });
  return { destination: 's', key, event };
}

const errorOf = (promise: Promise<void>): Promise<PublishError> =>
  promise.then(
    () => expect.unreachable('it was confirmed'),
    (error) => error,
  );

describe('EmbeddedPublisher', () => {
  it('has one statement in flight; what comes meanwhile shares the next', async () => {
    const log = new SlowLog();
    const publisher = new EmbeddedPublisher(log.append);
    const first = publisher.publish([message('1')]);
    await log.started(1);
    const rest = [
      publisher.publish([message('2'), message('3')]),
      publisher.publish([message('4')]),
    ];
    log.commits[0]?.confirm();
    await first;
    await log.started(2);
    log.commits[1]?.confirm();
    await Promise.all(rest);
    expect(log.commits.map(({ ids }) => ids)).toEqual([['1'], ['2', '3', '4']]);
  });

  it('given a commit fails, then also refuses what waits behind it, so that nothing overtakes', async () => {
    const log = new SlowLog();
    const publisher = new EmbeddedPublisher(log.append);
    const first = errorOf(publisher.publish([message('1')]));
    await log.started(1);
    const second = errorOf(publisher.publish([message('2'), message('3')]));
    log.commits[0]?.refuse(new Error('Connection terminated'));
    expect(await first).toMatchObject({
      code: 'PUBLISH_FAILED',
      retryable: true,
      unconfirmed: [0],
      message:
        'The embedded log did not confirm: Connection terminated (1 of 1 messages are not confirmed)',
    });
    expect((await second).unconfirmed).toEqual([0, 1]);
    expect(log.commits).toHaveLength(1);
  });

  it('refuses a message that is too large before anything is sent', async () => {
    const log = new SlowLog();
    const publisher = new EmbeddedPublisher(log.append);
    const valid = message('2');
    const large = { ...valid, event: { ...valid.event, data: Buffer.alloc(3 * 1024 * 1024) } };
    expect(await errorOf(publisher.publish([message('1'), large]))).toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
      retryable: false,
      unconfirmed: [0, 1],
    });
    expect(log.commits).toHaveLength(0);
  });

  it('refuses a key that the log can not keep', async () => {
    const publisher = new EmbeddedPublisher(new SlowLog().append);
    expect(await errorOf(publisher.publish([message('1', 'a\0b')]))).toMatchObject({
      code: 'PUBLISH_FAILED',
      retryable: false,
      message:
        "Message 0: destination, key and routing key can't hold a NUL character in the embedded log",
    });
  });

  it('flushes what it accepted when it closes, and then takes no more', async () => {
    const log = new SlowLog();
    const publisher = new EmbeddedPublisher(log.append);
    const accepted = publisher.publish([message('1')]);
    const closed = publisher.close();
    await log.started(1);
    log.commits[0]?.confirm();
    await Promise.all([accepted, closed]);
    expect(await errorOf(publisher.publish([message('2')]))).toMatchObject({
      code: 'PUBLISHER_CLOSED',
      retryable: true,
      unconfirmed: [0],
    });
  });
});
