import { describe, expect, it } from 'vitest';
import { cancelled, handlingOf } from '../testing/handlings.js';
import { concurrency, type ConcurrencyOptions } from './concurrency.js';

/** Starts handlers that end when told; `running` are those that run. */
function setting(options: ConcurrencyOptions) {
  const running = new Map<string, () => void>();
  const started: string[] = [];
  const handle = concurrency(options)(({ data }) => {
    const { jobId } = data as typeof cancelled;
    started.push(jobId);
    return new Promise((resolve) =>
      running.set(jobId, () => {
        running.delete(jobId);
        resolve('done');
      }),
    );
  });
  const start = (jobId: string, customerId = 'alice', signal = new AbortController().signal) =>
    handle(handlingOf({ data: { ...cancelled, jobId, customerId }, signal }));
  return { running, started, start, settle: () => new Promise(setImmediate) };
}

describe('concurrency', () => {
  it('given a limit, then lets so many run at once, and the next in their order', async () => {
    const { running, started, start, settle } = setting({ atOnce: 2 });
    const all = ['a', 'b', 'c', 'd'].map((jobId) => start(jobId));
    await settle();
    expect(started).toEqual(['a', 'b']);
    running.get('b')?.();
    await settle();
    expect(started).toEqual(['a', 'b', 'c']);
    for (const jobId of ['a', 'c', 'd']) {
      running.get(jobId)?.();
      await settle();
    }
    expect(await Promise.all(all)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('given a further key, then events that share it run one at a time, others beside them', async () => {
    const { running, started, start, settle } = setting({
      serializeBy: ({ customerId }: typeof cancelled) => customerId,
    });
    void start('a', 'alice');
    void start('b', 'alice');
    void start('c', 'bob');
    await settle();
    expect(started).toEqual(['a', 'c']);
    running.get('a')?.();
    await settle();
    expect(started).toEqual(['a', 'c', 'b']);
  });

  it('given a delivery that is lost while it waits, then it gives up its turn', async () => {
    const { running, started, start, settle } = setting({ atOnce: 1 });
    const lost = new AbortController();
    void start('a');
    const waiting = start('b', 'alice', lost.signal);
    void start('c');
    lost.abort(new Error('Lost'));
    await expect(waiting).rejects.toThrow('Lost');
    running.get('a')?.();
    await settle();
    expect(started).toEqual(['a', 'c']);
  });
});
