import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LiveUpdate } from '../domain/live-update.js';
import { FeedCursors } from './feed-cursors.js';
import { liveLimits, type LiveLimits } from './live-limits.js';
import type { Ack, Resync } from './live-protocol.js';
import { LiveSession } from './live-session.js';
import { probes } from './testing/probe-resources.js';
import { StoredThings } from './testing/stored-things.js';

const caller = { customerId: 'ann', roles: ['customer'], token: 't' };
const cursors = new FeedCursors(Buffer.alloc(32, 1));
const quick: LiveLimits = {
  ...liveLimits,
  gapPatienceMs: 1,
  probeEveryMs: 60_000,
  repair: { minMs: 1, maxMs: 5 },
};
const sessions: LiveSession[] = [];

afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});

function open(store: StoredThings, limits: Partial<LiveLimits> = {}) {
  const seen: (string | Resync)[] = [];
  const failures: unknown[] = [];
  let cursor = '';
  const session = new LiveSession({
    ...{ resource: probes, caller, cursors },
    snapshots: store,
    history: store,
    limits: { ...quick, ...limits },
    client: {
      updated(_, update, at) {
        seen.push(name(update));
        cursor = at;
      },
      resync: (_, resync) => seen.push(resync),
      ready: () => Promise.resolve(),
    },
    failed: (error) => failures.push(error),
  });
  sessions.push(session);
  const ask = (send: (ack: (ack: Ack) => void) => void) =>
    new Promise<Ack>((resolve) =>
      send((ack) => {
        seen.push(ack.ok ? 'ack' : ack.code);
        if (ack.ok && ack.cursor) ({ cursor } = ack);
        resolve(ack);
      }),
    );
  return {
    session,
    seen,
    failures,
    lastCursor: () => cursor,
    one: (id: string, after = 0) => ask((ack) => session.subscribe(id, after, ack)),
    leave: (id: string) => ask((ack) => session.unsubscribe(id, ack)),
    feed: (from?: string) => ask((ack) => session.subscribeFeed(from, ack)),
    leaveFeed: () => ask((ack) => session.unsubscribeFeed(ack)),
    sees: (...expected: unknown[]) => vi.waitFor(() => expect(seen).toEqual(expected)),
  };
}

const name = (update: LiveUpdate) => `${update.id}${update.version}`;

describe('a subscription to one thing', () => {
  it('acks, then sends the history after the version, then what is live', async () => {
    const store = new StoredThings();
    store.change('a', 'b', 'a');
    const socket = open(store);
    await socket.one('a', 1);
    socket.session.receive(store.change('a'));
    await socket.sees('ack', 'a2', 'a3');
  });

  it('given a change that comes while the history is read, then it is neither lost nor repeated', async () => {
    const store = new StoredThings();
    store.change('a');
    const socket = open(store);
    store.meanwhile('ofOne', () => socket.session.receive(store.change('a')));
    store.afterwards('ofOne', () => socket.session.receive(store.change('a')));
    await socket.one('a');
    await socket.sees('ack', 'a1', 'a2', 'a3');
  });

  it('given an update that got lost, then it is read from the history when the next one comes', async () => {
    const store = new StoredThings();
    store.change('a');
    const socket = open(store);
    await socket.one('a');
    store.change('a');
    socket.session.receive(store.change('a'));
    await socket.sees('ack', 'a1', 'a2', 'a3');
  });

  it('given that the last update got lost, then a probe finds it', async () => {
    const store = new StoredThings();
    store.change('a');
    const socket = open(store, { probeEveryMs: 10 });
    await socket.one('a');
    store.change('a');
    await socket.sees('ack', 'a1', 'a2');
  });

  it("given another customer's thing, then the ack says that there is none, and nothing is sent", async () => {
    const store = new StoredThings();
    const socket = open(store);
    expect(await socket.one('nope')).toEqual({
      ok: false,
      code: 'NOT_FOUND',
      message: 'There is no probe nope',
    });
    expect(socket.failures).toEqual([]);
  });

  it('given more things than a socket may have, then the ack refuses', async () => {
    const store = new StoredThings();
    store.change('a', 'b', 'c');
    const socket = open(store, { maxWatched: 2 });
    await Promise.all([socket.one('a'), socket.one('b')]);
    expect(await socket.one('c')).toEqual({
      ok: false,
      code: 'TOO_MANY_REQUESTS',
      message: 'A socket has at most 2 probes',
      limit: 2,
    });
    await socket.leave('a');
    expect(await socket.one('c')).toEqual({ ok: true });
  });

  it('given 100,000 subscriptions at once, then most are refused and the store is spared', async () => {
    const store = new StoredThings();
    store.change('a');
    const socket = open(store);
    const acks = await Promise.all(Array.from({ length: 100_000 }, () => socket.one('a')));
    expect(acks.filter((ack) => ack.ok).length).toBe(quick.maxPending);
    expect(acks.at(-1)).toEqual({
      ...{ ok: false, code: 'TOO_MANY_REQUESTS', limit: quick.maxPending },
      message: 'At most 1000 messages of a socket wait; send more when some are answered',
      retryAfterMs: expect.any(Number),
    });
    expect(store.calls.ofOne).toBe(1);
    expect(socket.seen.filter((one) => one === 'a1')).toEqual(['a1']);
  });

  it('given that the history can not be read, then the ack says so and a later attempt succeeds', async () => {
    const store = new StoredThings();
    store.change('a');
    const socket = open(store);
    store.failOnce('ofOne');
    expect(await socket.one('a')).toEqual({
      ok: false,
      code: 'UNAVAILABLE',
      message: 'the service is away',
      retryAfterMs: expect.any(Number),
    });
    expect(await socket.one('a')).toEqual({ ok: true });
    await socket.sees('UNAVAILABLE', 'ack', 'a1');
  });

  it.each([
    ['HISTORY_GONE', 0, 3],
    ['VERSION_AHEAD', 9, 0],
  ])('given %s, then ok, the thing as it is, and live from there', async (reason, after, cut) => {
    const store = new StoredThings();
    store.change('a', 'a', 'b');
    store.forget(cut);
    const socket = open(store);
    expect(await socket.one('a', after)).toEqual({ ok: true });
    const items = [await store.get(caller, 'a')];
    const cursor = cursors.encode('ann', { epoch: 'e1', sequence: 3 });
    const snapshot = { items, nextCursor: undefined };
    socket.session.receive(store.change('a'));
    await socket.sees('ack', { reason, id: 'a', snapshot, cursor }, 'a3');
  });

  it('given that the history of what got lost is gone, then the thing as it is', async () => {
    const store = new StoredThings();
    store.change('a');
    const socket = open(store);
    await socket.one('a');
    store.change('a', 'a');
    store.forget(2);
    socket.session.receive(store.change('a'));
    await vi.waitFor(() =>
      expect(socket.seen.slice(2)).toMatchObject([{ reason: 'HISTORY_GONE', id: 'a' }]),
    );
    socket.session.receive(store.change('a'));
    await vi.waitFor(() => expect(socket.seen.slice(3)).toEqual(['a5']));
  });

  it('given that it ends, then nothing more is sent, and a new one starts over', async () => {
    const store = new StoredThings();
    store.change('a');
    const socket = open(store);
    await socket.one('a', 1);
    await socket.leave('a');
    socket.session.receive(store.change('a'));
    await socket.one('a', 0);
    await socket.sees('ack', 'ack', 'ack', 'a1', 'a2');
  });
});

describe('the feed', () => {
  it('given no cursor, then it starts now', async () => {
    const store = new StoredThings();
    store.change('a', 'b');
    const socket = open(store);
    const ack = await socket.feed();
    expect(cursors.decode('ann', (ack as { cursor: string }).cursor)?.sequence).toBe(2);
    socket.session.receive(store.change('b'));
    await socket.sees('ack', 'b2');
  });

  it('given a cursor, then it continues from there on any replica, over many pages', async () => {
    const store = new StoredThings();
    const first = open(store);
    await first.feed();
    first.session.close();
    const missed = Array.from({ length: 1234 }, (_, index) => name(store.change(`o${index % 7}.`)));
    const second = open(store);
    await second.feed(first.lastCursor());
    await second.sees('ack', ...missed);
    expect(cursors.decode('ann', second.lastCursor())?.sequence).toBe(1234);
  });

  it('given swapped, repeated and lost updates, then each is sent once and in order', async () => {
    const store = new StoredThings();
    const socket = open(store, { probeEveryMs: 20 });
    await socket.feed();
    const changes = Array.from({ length: 200 }, (_, index) => store.change(`o${index % 9}.`));
    const arrivals = changes
      .filter((_, index) => index % 5 !== 0)
      .flatMap((change, index) => (index % 3 === 0 ? [change, change] : [change]))
      .sort(() => Math.random() - 0.5);
    for (const change of arrivals) socket.session.receive(change);
    await socket.sees('ack', ...changes.map(name));
  });

  it('given that the store is away while an update is missing, then it is sent when the store is back', async () => {
    const store = new StoredThings();
    const socket = open(store);
    await socket.feed();
    store.failOnce('ofFeed', 3);
    store.change('a');
    socket.session.receive(store.change('a'));
    await socket.sees('ack', 'a1', 'a2');
    expect(store.calls.ofFeed).toBe(4);
  });

  it('covers what a subscription to one thing covers too: it is sent once', async () => {
    const store = new StoredThings();
    store.change('a');
    const socket = open(store);
    await Promise.all([socket.one('a'), socket.feed()]);
    socket.session.receive(store.change('a'));
    socket.session.receive(store.change('b'));
    await vi.waitFor(() =>
      expect(socket.seen.filter((one) => one !== 'ack')).toEqual(['a1', 'a2', 'b1']),
    );
  });

  it('given a cursor that is changed, foreign or no cursor at all, then CURSOR_INVALID', async () => {
    const socket = open(new StoredThings());
    const foreign = cursors.encode('bob', { epoch: 'e1', sequence: 0 });
    for (const cursor of [foreign, 'x', '', `${foreign}A`]) {
      expect(await socket.feed(cursor)).toEqual({
        ok: false,
        code: 'CURSOR_INVALID',
        message: 'The cursor is not one that was given to this customer',
      });
    }
  });

  it.each([
    ['EPOCH_CHANGED', { epoch: 'e0', sequence: 1 }],
    ['CURSOR_AHEAD', { epoch: 'e1', sequence: 99 }],
    ['CURSOR_TOO_OLD', { epoch: 'e1', sequence: 0 }],
  ])('given a cursor with %s, then ok, a snapshot, and live from there', async (reason, place) => {
    const store = new StoredThings();
    store.change('a', 'a', 'b');
    const socket = open(store, { maxReplay: 2 });
    const ack = await socket.feed(cursors.encode('ann', place));
    const cursor = cursors.encode('ann', { epoch: 'e1', sequence: 3 });
    const snapshot = await store.newest();
    expect(ack).toEqual({ ok: true, cursor });
    socket.session.receive(store.change('b'));
    await socket.sees('ack', { reason, snapshot, cursor }, 'b2');
  });

  it('given a cursor whose history is cut, then ok, a snapshot, and live from there', async () => {
    const store = new StoredThings();
    const first = open(store);
    await first.feed();
    store.change('a', 'b', 'a');
    store.forget(1);
    const second = open(store);
    await second.feed(first.lastCursor());
    second.session.receive(store.change('b'));
    await vi.waitFor(() => expect(second.seen.at(-1)).toBe('b2'));
    expect(second.seen).toMatchObject(['ack', { reason: 'CURSOR_TOO_OLD' }, 'b2']);
  });

  it('given a change that comes while a cursor is resumed, then it is neither lost nor repeated', async () => {
    const store = new StoredThings();
    store.change('a');
    const socket = open(store);
    store.meanwhile('ofFeed', () => socket.session.receive(store.change('a')));
    store.afterwards('ofFeed', () => socket.session.receive(store.change('b')));
    await socket.feed(cursors.encode('ann', { epoch: 'e1', sequence: 0 }));
    await socket.sees('ack', 'a1', 'a2', 'b1');
    expect(store.calls).toMatchObject({ ofOne: 0, ofFeed: 1, feedPosition: 0 });
  });

  it('given that the epoch changes under an open feed, then the client is told and goes on live', async () => {
    const store = new StoredThings();
    store.change('a', 'a');
    const socket = open(store, { probeEveryMs: 10 });
    await socket.feed();
    const restored = store.restart('e2');
    restored.change('a');
    await vi.waitFor(() =>
      expect(socket.seen[1]).toMatchObject({ reason: 'EPOCH_CHANGED', snapshot: { items: [{}] } }),
    );
    socket.session.receive(store.change('c'));
    await vi.waitFor(() => expect(socket.seen.at(-1)).toBe('c1'));
  });

  it('given that it ends, then subscriptions to single things go on', async () => {
    const store = new StoredThings();
    const socket = open(store);
    store.change('a');
    await socket.feed();
    await socket.one('a', 1);
    await socket.leaveFeed();
    socket.session.receive(store.change('b'));
    socket.session.receive(store.change('a'));
    await socket.sees('ack', 'ack', 'ack', 'a2');
  });
});
