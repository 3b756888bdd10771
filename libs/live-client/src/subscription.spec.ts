import { describe, expect, it, vi } from 'vitest';
import { OneTopic } from './one-topic.js';
import { LiveError } from './live-error.js';
import { LiveSubscription, type SubscriptionOptions } from './subscription.js';
import { ProbeHistory, probes, type ProbeEvent } from './testing/probe-history.js';

function subscribe(options: SubscriptionOptions = {}) {
  const handled: number[] = [];
  const over = vi.fn();
  const subscription = new LiveSubscription<ProbeEvent>(new OneTopic(probes, 'a', 0), options, {
    handled: (event) => event.type === 'updated' && handled.push(event.version),
    over,
  });
  const history = new ProbeHistory();
  const change = () => subscription.deliver([history.change('a')]);
  return { subscription, change, handled, over };
}

const versionOf = (event: ProbeEvent) => (event.type === 'updated' ? event.version : 0);

describe('a subscription', () => {
  it('given an iterator, then an event is handled when the next one is asked for', async () => {
    const { subscription, change, handled, over } = subscribe();
    change();
    change();
    const seen: number[] = [];
    for await (const event of subscription) {
      expect(handled).toEqual(seen);
      seen.push(versionOf(event));
      if (seen.length === 2) break;
    }
    expect([seen, handled]).toEqual([[1, 2], [1]]);
    expect(over).toHaveBeenCalledOnce();
  });

  it('given a handler that takes its time, then one event at a time', async () => {
    const { subscription, change, handled } = subscribe();
    const turns: (() => void)[] = [];
    subscription.listen(() => new Promise<void>((done) => turns.push(done)));
    change();
    change();
    await vi.waitFor(() => expect(turns).toHaveLength(1));
    expect(handled).toEqual([]);
    turns[0]!();
    await vi.waitFor(() => expect(turns).toHaveLength(2));
    expect(handled).toEqual([1]);
  });

  it('given a slow handler and a full queue, then it gets the latest state, and is told so', async () => {
    const { subscription, change } = subscribe({ capacity: 1 });
    const seen: ProbeEvent[] = [];
    const turns: (() => void)[] = [];
    subscription.listen((event) => {
      seen.push(event);
      return new Promise<void>((done) => turns.push(done));
    });
    change();
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    for (let n = 0; n < 50; n += 1) change();
    turns[0]!();
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    expect(seen[1]).toMatchObject({ version: 51, conflated: true });
  });

  it('given a handler that fails, then it ends before that event, with the cause', async () => {
    const { subscription, change, handled } = subscribe();
    const ended = vi.fn();
    const cause = new Error('no');
    subscription.listen((event) => {
      if (versionOf(event) === 2) throw cause;
    }, ended);
    for (let n = 0; n < 3; n += 1) change();
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
    expect(ended.mock.calls[0]![0]).toMatchObject({ code: 'HANDLER_FAILED', cause });
    expect(handled).toEqual([1]);
  });

  it('given a refusal, then what came before is handed over, and the iterator throws', async () => {
    const { subscription, change } = subscribe();
    const error = new LiveError('NOT_FOUND', 'You have no such probe');
    change();
    subscription.end(error);
    const seen: number[] = [];
    const run = async () => {
      for await (const event of subscription) seen.push(versionOf(event));
    };
    await expect(run()).rejects.toBe(error);
    await expect(subscription.ready).rejects.toBe(error);
    expect(seen).toEqual([1]);
  });

  it('given an abort, then it ends without an error, and nothing more is told', async () => {
    const abort = new AbortController();
    const { subscription, change, over } = subscribe({ signal: abort.signal });
    const ended = vi.fn();
    const handler = vi.fn();
    subscription.listen(handler, ended);
    change();
    abort.abort();
    await vi.waitFor(() => expect(ended).toHaveBeenCalledExactlyOnceWith(undefined));
    expect(handler).not.toHaveBeenCalled();
    expect(over).toHaveBeenCalledOnce();
    await expect(subscription.ready).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('given an abort that came before, then it never begins', () => {
    expect(subscribe({ signal: AbortSignal.abort() }).subscription.over).toBe(true);
  });

  it('has one consumer', () => {
    const { subscription } = subscribe();
    subscription.listen(() => undefined);
    expect(() => subscription.listen(() => undefined)).toThrow(
      expect.objectContaining({ code: 'ALREADY_CONSUMED' }),
    );
  });
});
