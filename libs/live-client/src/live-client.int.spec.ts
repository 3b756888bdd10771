import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TcpProxy } from '@mesh/tools/testing/tcp-proxy';
import {
  connectLive,
  type FeedOptions,
  type LiveClient,
  type LiveOptions,
} from './connect-live.js';
import type { LiveState } from './state.js';
import { LiveServer } from './testing/live-server.js';
import { counters, probes, type ProbeEvent } from './testing/probe-history.js';

let server: LiveServer;
let proxy: TcpProxy;
const clients: LiveClient[] = [];

beforeEach(async () => {
  server = await LiveServer.start();
  proxy = await TcpProxy.open({ port: server.port });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await proxy.close();
  await server.stop();
  vi.unstubAllGlobals();
});

function connect(options: Partial<LiveOptions> = {}) {
  const live = connectLive({
    ...{ url: `http://127.0.0.1:${proxy.port}`, token: () => 't' },
    ...{ reconnect: { minMs: 10, maxMs: 50 }, times: { graceMs: 100 }, ...options },
  });
  clients.push(live);
  const states: LiveState[] = [];
  live.onState((state) => states.push(state));
  const phases = () => states.map(({ phase }) => phase);
  const is = (phase: string) => vi.waitFor(() => expect(live.state.phase).toBe(phase), 5000);
  return { live, states, phases, is };
}

function collect(live: LiveClient, options?: FeedOptions) {
  const seen: string[] = [];
  const feed = live.follow(probes, options);
  feed.listen(
    (event: ProbeEvent) =>
      void seen.push(event.type === 'updated' ? `${event.probeId}${event.version}` : event.reason),
    () => undefined,
  );
  const sees = (...expected: string[]) =>
    vi.waitFor(() => expect(seen).toEqual(expected), { timeout: 5000 });
  return { feed, seen, sees };
}

describe('a connection', () => {
  it('begins with the first subscription, is live when that is granted, and ends with the last', async () => {
    const { live, phases, is } = connect();
    expect(live.state.phase).toBe('idle');
    const { feed } = collect(live);
    await feed.ready;
    await is('live');
    feed.close();
    await is('idle');
    expect(phases()).toEqual(['connecting', 'live', 'idle']);
    await vi.waitFor(() => expect(server.sockets).toBe(0));
  });

  it.each([
    ['is reset', () => proxy.reset()],
    ['is closed by the gateway', () => server.cut()],
  ])('given one that %s again and again, then each update is seen once', async (_, cut) => {
    const { live, is } = connect();
    const { feed, sees } = collect(live);
    await feed.ready;
    for (let n = 0; n < 5; n += 1) {
      server.change('a');
      cut();
      server.change('b');
      await is('live');
    }
    await sees(...[1, 2, 3, 4, 5].flatMap((version) => [`a${version}`, `b${version}`]));
  });

  it('given a black hole, then it is noticed by the missing sign of life, and nothing is lost', async () => {
    const { live, states, is } = connect();
    const { feed, sees } = collect(live);
    await feed.ready;
    await is('live');
    proxy.blackHole({ spareNew: true });
    server.change('a');
    await vi.waitFor(
      () => expect(states.some(({ error }) => error !== undefined)).toBe(true),
      5000,
    );
    expect(states.find(({ error }) => error)?.error).toMatchObject({
      code: 'CONNECTION_FAILED',
      message: 'The gateway fell silent',
    });
    await is('live');
    server.change('a');
    await sees('a1', 'a2');
  });

  it('given a gateway that is away, then it tries until it is back', async () => {
    const { live, is } = connect();
    const { feed, sees } = collect(live);
    await feed.ready;
    const { port, history } = server;
    await server.stop();
    await vi.waitFor(() => expect(live.state.attempt).toBeGreaterThan(2), 5000);
    server = await LiveServer.start(port);
    Object.assign(server, { history });
    server.change('a');
    await sees('a1');
    await is('live');
  });

  it('given suspend, then it stays away until resume', async () => {
    const { live, is } = connect();
    const { feed, sees } = collect(live);
    await feed.ready;
    live.suspend();
    await vi.waitFor(() => expect(server.sockets).toBe(0));
    expect(live.state.phase).toBe('suspended');
    server.change('a');
    live.resume();
    await is('live');
    await sees('a1');
  });

  it('given close, then every subscription ends, and later ones do not begin', async () => {
    const { live } = connect();
    const ended = vi.fn();
    live.watch(probes, 'a').listen(() => undefined, ended);
    live.close();
    await vi.waitFor(() => expect(ended).toHaveBeenCalledExactlyOnceWith(undefined));
    await expect(live.states(counters).ready).rejects.toMatchObject({ code: 'CLOSED' });
    expect(live.state.phase).toBe('closed');
  });
});

describe('the network of a browser', () => {
  function browser() {
    const events = new EventTarget();
    const navigator = { onLine: true };
    vi.stubGlobal('navigator', navigator);
    vi.stubGlobal('addEventListener', events.addEventListener.bind(events));
    vi.stubGlobal('removeEventListener', events.removeEventListener.bind(events));
    return (onLine: boolean) => {
      navigator.onLine = onLine;
      events.dispatchEvent(new Event(onLine ? 'online' : 'offline'));
    };
  }

  it('given it is offline, then no attempt is made, and one at once when it is online', async () => {
    const turn = browser();
    const { live, is } = connect({ reconnect: { minMs: 3_600_000, maxMs: 3_600_000 } });
    const { feed, sees } = collect(live);
    await feed.ready;
    turn(false);
    server.cut();
    await is('offline');
    const attempts = server.tokens.length;
    server.change('a');
    turn(true);
    await is('live');
    await sees('a1');
    expect(server.tokens.length).toBe(attempts + 1);
  });

  it('given it goes offline while waiting, then the wait has no end of its own', async () => {
    const turn = browser();
    const { live, is } = connect({ reconnect: { minMs: 3_600_000, maxMs: 3_600_000 } });
    await collect(live).feed.ready;
    server.cut();
    await is('waiting');
    turn(false);
    await is('offline');
  });
});

describe('tokens', () => {
  const unauthenticated = { code: 'UNAUTHENTICATED', message: 'The token has expired' };

  it('given a function and a token that is refused, then it is asked for a new one', async () => {
    const reasons: string[] = [];
    const token = ({ reason }: { reason: string }) => {
      reasons.push(reason);
      return Promise.resolve(reason === 'connect' ? 'old' : 'new');
    };
    server.refuseToken = (given) => (given === 'old' ? unauthenticated : undefined);
    const { live, states } = connect({ token });
    await collect(live).feed.ready;
    expect([reasons, server.tokens]).toEqual([
      ['connect', 'refused'],
      ['old', 'new'],
    ]);
    expect(states.find(({ error }) => error)?.error).toMatchObject({ ...unauthenticated });
  });

  it('given a string that is refused, then all ends with UNAUTHENTICATED', async () => {
    server.refuseToken = () => unauthenticated;
    const { live } = connect({ token: 'bad' });
    await expect(collect(live).feed.ready).rejects.toMatchObject({ ...unauthenticated });
    await expect(live.watch(probes, 'a').ready).rejects.toMatchObject({ code: 'CLOSED' });
    expect(live.state).toMatchObject({ phase: 'closed', error: unauthenticated });
  });

  it('given a function that throws, then it is called again later', async () => {
    const token = vi
      .fn(() => 't')
      .mockImplementationOnce(() => {
        throw new Error('away');
      });
    const { live, states } = connect({ token });
    await collect(live).feed.ready;
    expect(states.find(({ error }) => error)?.error).toMatchObject({ code: 'TOKEN_FAILED' });
  });

  it('given one that expires, then it is renewed on the same connection', async () => {
    const { live } = connect({ token: ({ reason }) => `for ${reason}` });
    const { feed, sees } = collect(live);
    const counts = live.states(counters);
    await Promise.all([feed.ready, counts.ready]);
    server.renewed = { ok: true, expiresInMs: 9, ended: [{ feed: 'counters' }] };
    server.say('token.expiring', { inMs: 60_000 });
    const failed = vi.fn();
    counts.listen(() => undefined, failed);
    await vi.waitFor(() =>
      expect(failed).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ code: 'FORBIDDEN' }),
      ),
    );
    server.change('a');
    await sees('a1');
    expect(server.asked).toContainEqual(['renew', { token: 'for expiring' }]);
    expect(server.tokens).toEqual(['for connect']);
  });
});

describe('a gateway that ends connections', () => {
  it('given MOVING, then it comes back at once', async () => {
    const { live, states, is } = connect({ reconnect: { minMs: 3_600_000, maxMs: 3_600_000 } });
    const { feed, sees } = collect(live);
    await feed.ready;
    server.say('closing', { code: 'MOVING', message: 'This gateway stops', inMs: 0 });
    server.cut();
    const moved = () => states.some(({ error }) => error?.code === 'MOVING');
    await vi.waitFor(() => expect(moved()).toBe(true), 5000);
    await is('live');
    server.change('a');
    await sees('a1');
  });

  it('given SLOW_CLIENT, then it waits as after any failure, and the reason is told', async () => {
    const { live, is } = connect({ reconnect: { minMs: 3_600_000, maxMs: 3_600_000 } });
    await collect(live).feed.ready;
    server.say('closing', { code: 'SLOW_CLIENT', message: 'Too slow', inMs: 0 });
    server.cut();
    await is('waiting');
    expect(live.state.error).toMatchObject({ code: 'SLOW_CLIENT', retryable: true });
  });
});

describe('subscriptions', () => {
  it('given a thousand things, then few requests wait at once, and each is seen', async () => {
    const ids = Array.from({ length: 1000 }, (_, n) => `o${n}`);
    for (const id of ids) server.change(id);
    const { live } = connect();
    const seen = new Set<string>();
    for (const id of ids) {
      live.watch(probes, id).listen((event) => event.type === 'updated' && seen.add(event.probeId));
    }
    await vi.waitFor(() => expect(seen.size).toBe(1000), 5000);
  });

  it('given a feed and a single thing at once, then each gets its own, from where it asked', async () => {
    server.change('a');
    const { live } = connect();
    const { feed, sees } = collect(live);
    await feed.ready;
    const versions: number[] = [];
    live
      .watch(probes, 'a')
      .listen((event) => event.type === 'updated' && versions.push(event.version));
    server.change('a');
    await vi.waitFor(() => expect(versions).toEqual([1, 2]));
    await sees('a2');
  });

  it('given a refusal for good, then that subscription ends with its code, and others go on', async () => {
    server.refuse = ({ probeId }) =>
      probeId === 'x' ? { code: 'NOT_FOUND', message: 'No such probe' } : undefined;
    const { live } = connect();
    const { feed, sees } = collect(live);
    await expect(live.watch(probes, 'x').ready).rejects.toMatchObject({
      ...{ code: 'NOT_FOUND', message: 'No such probe', retryable: false },
    });
    await feed.ready;
    server.change('a');
    await sees('a1');
  });

  it('given a bound, then the first request is told it, and a later one is made again', async () => {
    const limit = { code: 'TOO_MANY_REQUESTS', message: 'At most 1', limit: 1 };
    server.refuse = () => limit;
    const { live, is } = connect();
    await expect(live.watch(probes, 'a').ready).rejects.toMatchObject({
      ...limit,
      retryable: true,
    });
    server.refuse = () => undefined;
    const { feed, sees } = collect(live);
    await feed.ready;
    let refusals = 0;
    server.refuse = () => (refusals++ < 2 ? limit : undefined);
    server.cut();
    await vi.waitFor(() => expect(refusals).toBe(3), 5000);
    await is('live');
    server.change('a');
    await sees('a1');
  });

  it('given retryAfterMs, then the first request too is made again after that', async () => {
    let refusals = 0;
    server.refuse = () =>
      refusals++ < 1 ? { code: 'TOO_MANY_REQUESTS', message: '', retryAfterMs: 5 } : undefined;
    await collect(connect().live).feed.ready;
    expect(refusals).toBe(2);
  });

  it('given a topic that is taken, then the second one ends; when it is closed, it may begin anew', async () => {
    const { live } = connect();
    const first = live.watch(probes, 'a');
    await expect(live.watch(probes, 'a').ready).rejects.toMatchObject({
      code: 'ALREADY_SUBSCRIBED',
    });
    await first.ready;
    first.close();
    await live.watch(probes, 'a').ready;
    expect(server.asked.map(([name]) => name)).toEqual(['subscribe', 'unsubscribe', 'subscribe']);
  });

  it('given a kept place, then a new client goes on behind the last update that was handled', async () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => Promise.resolve(kept.get(key) ?? null),
      setItem: (key: string, value: string) => Promise.resolve(kept.set(key, value)),
    };
    const persist = { storage, key: 'ann' };
    const before = connect().live;
    const { feed, sees } = collect(before, { persist });
    await feed.ready;
    expect(kept.get('ann')).toBe('0');
    server.change('a');
    await sees('a1');
    await vi.waitFor(() => expect(kept.get('ann')).toBe('1'));
    before.close();
    server.change('a');
    await collect(connect().live, { persist }).sees('a2');
  });

  it('given messages that no contract knows, then they are dropped', async () => {
    const { live } = connect();
    const { feed, sees } = collect(live);
    await feed.ready;
    for (const message of [null, 7, {}, { probeId: 'a', version: 'one', cursor: '1' }]) {
      server.say('probe.updated', message as object);
      server.say('resync', message as object);
      server.say('constructor', message as object);
    }
    server.change('a');
    await sees('a1');
  });
});
