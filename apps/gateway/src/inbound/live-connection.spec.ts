import { afterEach, describe, expect, it, vi } from 'vitest';
import { LiveHubs } from '../use-cases/live-hub.js';
import type { Ack } from '../use-cases/live-protocol.js';
import { LiveSessions } from '../use-cases/live-sessions.js';
import { StateFeed } from '../use-cases/state-feed.js';
import { counters, probes } from '../use-cases/testing/probe-resources.js';
import { StoredThings } from '../use-cases/testing/stored-things.js';
import { LiveConnection } from './live-connection.js';
import { sendLimits } from './live-send-queue.js';

const claims = (exp: number) => Buffer.from(JSON.stringify({ exp })).toString('base64url');
const token = (lifeSeconds: number) => `h.${claims(inSeconds(lifeSeconds))}.s`;
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

afterEach(() => {
  vi.useRealTimers();
});

function connect({
  lifeSeconds = 3600,
  noticeMs = 60_000,
  role = undefined as string | undefined,
} = {}) {
  const store = new StoredThings();
  const hubs = new LiveHubs();
  const hub = hubs.of(probes);
  const sessions = new LiveSessions({
    ...{ hubs, secret: Buffer.alloc(32), failed: () => undefined },
    served: [{ resource: probes, history: store, snapshots: store }],
  });
  const states = { states: () => Promise.resolve({ items: [], nextCursor: undefined }) };
  const counts = new StateFeed({
    ...{ resource: counters, states, role },
    failed: () => undefined,
  });
  counts.stop();
  const sent: string[] = [];
  const messages: object[] = [];
  let left: () => void = () => undefined;
  const socket = {
    waitingNow: 0,
    end: vi.fn(),
    send(event: string, message: object) {
      sent.push(event);
      messages.push(message);
    },
    waiting: () => socket.waitingNow,
    onSent: (sent: () => void) => void (left = sent),
  };
  const caller = { customerId: 'ann', roles: [], token: token(lifeSeconds) };
  const settings = { send: sendLimits(100_000, 60_000), noticeMs };
  const connection = new LiveConnection({ socket, caller, sessions, feeds: [counts], settings });
  const feed = () =>
    new Promise<Ack>((resolve) =>
      connection.subscribe({ kind: 'feed', resource: probes, cursor: undefined }, resolve),
    );
  const drain = () => {
    socket.waitingNow = 0;
    left();
  };
  return { store, hub, counts, socket, sent, messages, connection, feed, drain };
}

const everyCount = { kind: 'states', resource: counters, versions: undefined } as const;

describe('LiveConnection', () => {
  it('given a token of a month, ends with it and not before', () => {
    vi.useFakeTimers();
    const day = 24 * 3600;
    const { socket, sent } = connect({ lifeSeconds: 30 * day });
    vi.advanceTimersByTime(29 * day * 1000);
    expect([sent, socket.end.mock.calls.length]).toEqual([[], 0]);
    vi.advanceTimersByTime(day * 1000);
    expect([sent, socket.end.mock.calls.length]).toEqual([['token.expiring', 'closing'], 1]);
  });

  it('ends with its token', () => {
    vi.useFakeTimers();
    const { socket, sent } = connect({ lifeSeconds: 60 });
    vi.advanceTimersByTime(58_000);
    expect(socket.end).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    expect(socket.end).toHaveBeenCalledOnce();
    expect(sent.at(-1)).toBe('closing');
  });

  it('tells before its token ends; within a short life, at half of it', () => {
    vi.useFakeTimers();
    vi.setSystemTime(1_800_000_000_000);
    const long = connect({ lifeSeconds: 600 });
    const short = connect({ lifeSeconds: 10 });
    vi.advanceTimersByTime(4_999);
    expect(short.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(short.messages).toEqual([{ inMs: 5000 }]);
    vi.advanceTimersByTime(534_999);
    expect(long.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect([long.sent, long.messages]).toEqual([['token.expiring'], [{ inMs: 60_000 }]]);
  });

  it('given a new token of the same customer, then it goes on with its subscriptions', async () => {
    vi.useFakeTimers();
    const { connection, feed, socket, hub, store, sent } = connect({ lifeSeconds: 60 });
    await feed();
    const caller = { customerId: 'ann', roles: [], token: token(3600) };
    expect(connection.renew(caller).expiresInMs).toBeGreaterThan(3_500_000);
    vi.advanceTimersByTime(120_000);
    hub.updated(store.change('a'));
    expect(sent).toEqual(['probe.updated']);
    expect(socket.end).not.toHaveBeenCalled();
    connection.close();
  });

  it("given a token of another customer, then it is refused and the old one's end stays", () => {
    vi.useFakeTimers();
    const { connection, socket } = connect({ lifeSeconds: 60 });
    const caller = { customerId: 'bob', roles: [], token: token(3600) };
    expect(() => connection.renew(caller)).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        message: 'The token is of another customer; connect anew with it',
      }),
    );
    vi.advanceTimersByTime(60_000);
    expect(socket.end).toHaveBeenCalledOnce();
  });

  it('given a feed that needs a role, then only a token with it has it, and a renewal without it ends it', () => {
    const { connection, counts, sent } = connect({ role: 'operator' });
    const acks: Ack[] = [];
    const ask = () => connection.subscribe(everyCount, (ack) => acks.push(ack));
    const as = (...roles: string[]) =>
      connection.renew({ customerId: 'ann', roles, token: token(3600) });
    ask();
    expect(as('operator').ended).toBeUndefined();
    ask();
    counts.updated({ key: 'a', version: 1 });
    expect(as().ended).toEqual([{ feed: 'counters' }]);
    counts.updated({ key: 'a', version: 2 });
    expect(acks).toEqual([
      { ok: false, code: 'FORBIDDEN', message: 'This needs the role operator' },
      { ok: true },
    ]);
    expect(sent).toEqual(['counter.updated']);
    connection.close();
  });

  it('given a token that is valid for years, then it does not end at once', () => {
    vi.useFakeTimers();
    const { socket, sent } = connect({ lifeSeconds: 10 * 365 * 86_400 });
    vi.advanceTimersByTime(1_000);
    expect(socket.end).not.toHaveBeenCalled();
    expect(sent).toEqual([]);
  });

  it('given a client that stops reading, then it is told, cut off, and others are not', async () => {
    const slow = connect();
    const quick = connect();
    await Promise.all([slow.feed(), quick.feed()]);
    slow.socket.waitingNow = 100_000;
    for (let probe = 0; probe < 1000; probe += 1) {
      for (const { hub, store } of [slow, quick]) hub.updated(store.change(`probe-${probe}`));
    }
    expect(slow.socket.end).toHaveBeenCalledOnce();
    expect([slow.sent, slow.messages]).toEqual([
      ['closing'],
      [{ code: 'SLOW_CLIENT', message: expect.any(String), inMs: 0 }],
    ]);
    expect(slow.connection.waitingBytes).toBe(100_000);
    expect(quick.sent).toHaveLength(1000);
    slow.connection.close();
    quick.connection.close();
  });

  it('given a client that asks and does not take the answers, then it is cut off', () => {
    const { connection, socket } = connect();
    socket.waitingNow = 100_000;
    connection.heard();
    expect(socket.end).not.toHaveBeenCalled();
    socket.waitingNow = 100_001;
    connection.heard();
    expect(socket.end).toHaveBeenCalledOnce();
  });

  it('given much that waits to leave, then history waits for it', async () => {
    const { connection, socket, drain } = connect();
    await connection.ready();
    socket.waitingNow = 64 * 1024;
    let ready = false;
    const readiness = connection.ready().then(() => (ready = true));
    await Promise.resolve();
    expect(ready).toBe(false);
    drain();
    await readiness;
    connection.close();
  });

  it('given that it is closed, then nothing is sent, and nothing is waited for', async () => {
    const { connection, feed, hub, counts, store, sent, socket } = connect();
    await feed();
    connection.subscribe(everyCount, () => undefined);
    socket.waitingNow = 100_000;
    const readiness = connection.ready();
    connection.close();
    hub.updated(store.change('a'));
    counts.updated({ key: 'a', version: 1 });
    await readiness;
    expect(sent).toEqual([]);
  });
});
