import { beforeEach, expect, it, vi } from 'vitest';
import { InMemoryOrderStore } from './testing/in-memory-order-store.js';
import { draft, place } from './testing/order-store.fixture.js';
import { WatchUpdates, type UpdatesAnswer, type UpdatesRequest } from './watch-updates.js';

let store: InMemoryOrderStore;
let signal: AbortController;
/** What is called when a customer's feed has changed. */
let watching: { readonly customerId: string; readonly changed: () => void }[];
let expiresAt: number;

beforeEach(() => {
  store = new InMemoryOrderStore();
  signal = new AbortController();
  watching = [];
  expiresAt = Infinity;
});

const subscribe = (id: number, token: string, afterSequence?: number): UpdatesRequest => ({
  ...{ kind: 'subscribe', id, token, afterSequence },
});

async function placeFor(customerId: string): Promise<void> {
  await place(store, draft(customerId));
  watching.filter((one) => one.customerId === customerId).forEach(({ changed }) => changed());
}

/** A stream that the test sends requests to and reads answers from; a token is its customer's name. */
function stream(maxSubscriptions = 10) {
  return opener(maxSubscriptions)();
}

/** Opens streams to one service. */
function opener(maxSubscriptions = 10, maxStreams = 10) {
  const reads: string[] = [];
  const service = new WatchUpdates({
    store: {
      feed(customerId, page) {
        reads.push(customerId);
        return store.feed(customerId, page);
      },
    },
    signals: {
      watchFeed(customerId, changed) {
        const watch = { customerId, changed };
        watching.push(watch);
        return () => void (watching = watching.filter((one) => one !== watch));
      },
    },
    async identify(token) {
      if (token === 'forged') {
        throw Object.assign(new Error('The token is not valid'), { code: 'UNAUTHENTICATED' });
      }
      return { customerId: token, expiresAt };
    },
    ...{ maxSubscriptions, maxStreams },
  });
  return () => ({ ...open(service), reads });
}

function open(service: WatchUpdates) {
  const waiting: UpdatesRequest[] = [];
  let more = Promise.withResolvers<void>();
  async function* requests() {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift()!;
      await more.promise;
      more = Promise.withResolvers();
    }
  }
  const updates = service.execute(requests(), signal.signal);
  const send = (...all: UpdatesRequest[]) => {
    waiting.push(...all);
    more.resolve();
  };
  const next = async () => brief((await updates.next()).value as UpdatesAnswer);
  return { updates, send, next };
}

function brief(answer: UpdatesAnswer): string {
  if (answer.kind === 'subscribed') return `${answer.id} subscribed ${answer.latestSequence}`;
  if (answer.kind === 'refused') return `${answer.id} ${answer.code} ${answer.message}`;
  return `${answer.id} ${answer.update.customerId} ${answer.update.feedSequence}`;
}

it('gives the history after a sequence, then each change of that customer alone', async () => {
  await placeFor('anna');
  await placeFor('anna');
  const { send, next } = stream();
  send(subscribe(7, 'anna', 1));
  expect([await next(), await next()]).toEqual(['7 subscribed 2', '7 anna 2']);
  await placeFor('ben');
  await placeFor('anna');
  expect(await next()).toBe('7 anna 3');
});

it('given no sequence, then only what comes from now on', async () => {
  await placeFor('anna');
  const { send, next } = stream();
  send(subscribe(1, 'anna'));
  expect(await next()).toBe('1 subscribed 1');
  await placeFor('anna');
  expect(await next()).toBe('1 anna 2');
});

it('given a long history beside a short one, then the short one does not wait for all of it', async () => {
  for (let n = 0; n < 250; n += 1) await place(store, draft('anna'));
  await placeFor('ben');
  const { send, next } = stream();
  send(subscribe(1, 'anna', 0), subscribe(2, 'ben', 0));
  const seen = await Promise.all(Array.from({ length: 253 }, () => next()));
  expect(seen.filter((one) => one.startsWith('1 anna')).map((one) => one.split(' ')[2])).toEqual(
    Array.from({ length: 250 }, (_, n) => String(n + 1)),
  );
  expect(seen.indexOf('2 ben 1')).toBeLessThan(205);
});

it('given a client that does not read, then reads nothing ahead for it', async () => {
  const { send, next, reads } = stream();
  send(subscribe(1, 'anna', 0));
  await next();
  for (let n = 0; n < 5; n += 1) await placeFor('anna');
  await vi.waitFor(() => expect(watching).toHaveLength(1));
  expect(reads).toEqual(['anna']);
  expect(await next()).toBe('1 anna 1');
  expect(reads).toEqual(['anna', 'anna']);
});

it('given unsubscribe, then nothing more of it, and the watch ends', async () => {
  const { send, next } = stream();
  send(subscribe(1, 'anna'), subscribe(2, 'ben'));
  await next();
  await next();
  const answer = next();
  send({ kind: 'unsubscribe', id: 1 }, { kind: 'unsubscribe', id: 99 });
  await vi.waitFor(() => expect(watching.map(({ customerId }) => customerId)).toEqual(['ben']));
  await placeFor('anna');
  await placeFor('ben');
  expect(await answer).toBe('2 ben 1');
});

it('given a token that is not valid, or one feed too many, then that one is refused and the others go on', async () => {
  const { send, next } = stream(1);
  send(subscribe(1, 'forged'), subscribe(2, 'anna'), subscribe(3, 'ben'));
  const told = [await next(), await next(), await next()];
  expect(told.sort()).toEqual([
    '1 UNAUTHENTICATED The token is not valid',
    '2 subscribed 0',
    '3 OVERLOADED A stream has at most 1 feeds',
  ]);
  await placeFor('anna');
  expect(await next()).toBe('2 anna 1');
});

it('given a token that has ended, then its next change is not told', async () => {
  expiresAt = Date.now() - 1;
  const { send, next } = stream();
  send(subscribe(1, 'anna'));
  expect(await next()).toBe('1 subscribed 0');
  await placeFor('anna');
  expect(await next()).toBe(
    '1 UNAUTHENTICATED The token has expired; subscribe again with another one',
  );
  expect(watching).toEqual([]);
});

it.each([
  ['is not kept any more', 0],
  ['is ahead of the feed', 5],
])('given a sequence whose next change %s, then refuses it', async (_what, after) => {
  await placeFor('anna');
  await placeFor('anna');
  await store.forgetUpdates(new Date(store.now.getTime() + 1), 1);
  const { send, next } = stream();
  send(subscribe(1, 'anna', after));
  expect(await next()).toBe(
    `1 HISTORY_GONE The feed does not go on from sequence ${after}; subscribe without one and read what is`,
  );
  expect(watching).toEqual([]);
});

it('given an id that is in use, then the stream fails', async () => {
  const { send, updates } = stream();
  send(subscribe(1, 'anna'), subscribe(1, 'ben'));
  await updates.next();
  await expect(updates.next()).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    message: '/subscribe the id 1 is in use; choose another one',
  });
  expect(watching).toEqual([]);
});

it('given the client goes, then it ends and watches nothing', async () => {
  const { send, next, updates } = stream();
  send(subscribe(1, 'anna'));
  await next();
  const end = updates.next();
  signal.abort();
  expect(await end).toMatchObject({ done: true });
  expect(watching).toEqual([]);
});

it('given as many streams as may be open, then one more is refused until one ends', async () => {
  const another = opener(10, 2);
  const [first, second, third] = [another(), another(), another()];
  first.send(subscribe(1, 'anna'));
  second.send(subscribe(1, 'anna'));
  expect([await first.next(), await second.next()]).toEqual(['1 subscribed 0', '1 subscribed 0']);
  await expect(third.next()).rejects.toMatchObject({
    code: 'OVERLOADED',
    message: 'At most 2 streams of updates are open at once; try again later',
  });
  await first.updates.return(undefined);
  const fourth = another();
  fourth.send(subscribe(1, 'anna'));
  expect(await fourth.next()).toBe('1 subscribed 0');
});
