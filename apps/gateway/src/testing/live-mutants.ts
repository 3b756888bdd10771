import type { LiveUpdate } from '../domain/live-update.js';
import type { LiveSessionOptions } from '../use-cases/live-session.js';
import { liveRules, type LiveRule } from './live-rules.js';
import type { LiveSubject, Readable, Session } from './live-subject.js';
import { caller, cursors } from './live-world.js';
import { sound } from './sound-subject.js';

/** Sessions with one defect, and what the rule must say of them. */
export interface LiveMutant {
  readonly rule: LiveRule;
  readonly subject: LiveSubject;
  readonly because: RegExp;
}

const [single, fanOut, cuts, gone] = liveRules as readonly [LiveRule, LiveRule, LiveRule, LiveRule];
const missed = /^missed \w\d+ of/;
const twice = /^saw \w\d+ twice$/;

export const liveMutants: readonly LiveMutant[] = [
  {
    rule: single,
    because: /^(missed \w\d+ of|saw \w\d+ before)/,
    subject: withSession('subscribes live only when the history is read', (options) => {
      const session = sound.open({ ...options, limits: neverProbes(options) });
      const reading = new Set<string>();
      return {
        ...bound(session),
        subscribe(id, after, ack) {
          reading.add(id);
          session.subscribe(id, after, (answer) => {
            reading.delete(id);
            ack(answer);
          });
        },
        receive: (update) => void (reading.has(update.id) || session.receive(update)),
      };
    }),
  },
  {
    rule: fanOut,
    because: twice,
    subject: withSession(
      'passes on whatever comes, without looking whether it was sent',
      (options) => {
        const session = sound.open(options);
        const subscribed = new Set<string>();
        return {
          ...bound(session),
          subscribe(id, after, ack) {
            session.subscribe(id, after, (answer) => {
              if (answer.ok) subscribed.add(id);
              ack(answer);
            });
          },
          receive(update) {
            session.receive(update);
            if (subscribed.has(update.id))
              options.client.updated(options.resource, update, cursorOf(update));
          },
        };
      },
    ),
  },
  {
    rule: fanOut,
    because: missed,
    subject: withSession('never looks for the last update that got lost', (options) =>
      sound.open({ ...options, limits: neverProbes(options) }),
    ),
  },
  {
    rule: fanOut,
    because: missed,
    subject: withHistory('takes a gap for filled without reading it', (history) => ({
      ...of(history),
      ofFeed: async (who, after) => {
        const page = await history.ofFeed(who, after);
        return after === 0 ? page : { ...page, updates: [], latest: after };
      },
      ofOne: async (who, id, after) =>
        after === 0 ? history.ofOne(who, id, after) : { updates: [], latest: after },
    })),
  },
  {
    rule: single,
    because: /^(missed \w\d+ of|saw \w\d+ before)/,
    subject: {
      ...withHistory('shares a read that began before it was asked for', sharingStale),
      open: (options) => sound.open({ ...options, limits: neverProbes(options) }),
    },
  },
  {
    rule: cuts,
    because: missed,
    subject: withClient('gives a cursor that is ahead of what was sent', (options) => ({
      ...ofClient(options),
      updated(resource, update, cursor) {
        const place = cursors.decode(caller.customerId, cursor)!;
        const sequence = place.sequence + 1;
        const ahead = cursors.encode(caller.customerId, { ...place, sequence });
        options.client.updated(resource, update, ahead);
      },
    })),
  },
  {
    rule: cuts,
    because: twice,
    subject: withSession('resumes from before the cursor', (options) => {
      const session = sound.open(options);
      return {
        ...bound(session),
        subscribeFeed(cursor, ack) {
          const place = cursors.decode(caller.customerId, cursor ?? '');
          if (!place) return session.subscribeFeed(cursor, ack);
          const sequence = Math.max(0, place.sequence - 1);
          const earlier = cursors.encode(caller.customerId, { ...place, sequence });
          session.subscribeFeed(earlier, ack);
        },
      };
    }),
  },
  {
    rule: cuts,
    because: missed,
    subject: withSession('goes on from now when it is resumed', (options) => {
      const session = sound.open(options);
      return {
        ...bound(session),
        subscribeFeed: (_, ack) => session.subscribeFeed(undefined, ack),
      };
    }),
  },
  {
    rule: cuts,
    because: twice,
    subject: withSession('sends the whole history whatever version the browser has', (options) => {
      const session = sound.open(options);
      return {
        ...bound(session),
        subscribe: (id, _, ack) => session.subscribe(id, 0, ack),
      };
    }),
  },
  {
    rule: gone,
    because: /^(missed \w\d+ of|saw \w\d+ before)/,
    subject: withHistory('does not notice that history was cut', (history) => ({
      ...of(history),
      ofFeed: async (who, after) => {
        const page = await history.ofFeed(who, after);
        const first = page.updates[0];
        const cut = !first || first.feedSequence === after + 1;
        return cut ? page : { ...page, updates: [], latest: after };
      },
      ofOne: async (who, id, after) => {
        const { updates } = await history.ofOne(who, id, after);
        return { updates, latest: updates.at(-1)?.version ?? after };
      },
    })),
  },
  {
    rule: gone,
    because: missed,
    subject: withHistory('takes numbers of another epoch for its own', (history) => ({
      ...of(history),
      ofFeed: async (who, after) => ({ ...(await history.ofFeed(who, after)), epoch: 'e1' }),
      feedPosition: async (who) => ({ ...(await history.feedPosition(who)), epoch: 'e1' }),
    })),
  },
  {
    rule: gone,
    because: missed,
    subject: withClient('starts over without telling', (options) => ({
      ...ofClient(options),
      resync: () => undefined,
    })),
  },
];

function withSession(name: string, open: (options: LiveSessionOptions) => Session): LiveSubject {
  return { ...sound, name, open };
}

function withClient(
  name: string,
  client: (options: LiveSessionOptions) => LiveSessionOptions['client'],
): LiveSubject {
  return withSession(name, (options) => sound.open({ ...options, client: client(options) }));
}

function withHistory(name: string, broken: (history: Readable) => Readable): LiveSubject {
  return { ...sound, name, history: (store) => broken(sound.history(store)) };
}

function bound(session: Session): Session {
  return {
    caller: session.caller,
    subscribe: (...args) => session.subscribe(...args),
    subscribeFeed: (...args) => session.subscribeFeed(...args),
    unsubscribe: (...args) => session.unsubscribe(...args),
    unsubscribeFeed: (...args) => session.unsubscribeFeed(...args),
    receive: (update) => session.receive(update),
    close: () => session.close(),
  };
}

function of(history: Readable): Readable {
  return {
    ofOne: (...args) => history.ofOne(...args),
    ofFeed: (...args) => history.ofFeed(...args),
    feedPosition: (...args) => history.feedPosition(...args),
    get: (...args) => history.get(...args),
    newest: (...args) => history.newest(...args),
  };
}

function sharingStale(history: Readable): Readable {
  const reads = new Map<string, ReturnType<Readable['ofOne']>>();
  return {
    ...of(history),
    ofOne: (who, id, after) => {
      const key = `${id} ${after}`;
      const shared = reads.get(key) ?? history.ofOne(who, id, after);
      reads.set(key, shared);
      setTimeout(() => reads.delete(key), 100);
      return shared;
    },
  };
}

function ofClient({ client }: LiveSessionOptions): LiveSessionOptions['client'] {
  return {
    updated: (...args) => client.updated(...args),
    resync: (...args) => client.resync(...args),
    ready: () => client.ready(),
  };
}

function neverProbes({ limits }: LiveSessionOptions): NonNullable<LiveSessionOptions['limits']> {
  return { ...limits!, probeEveryMs: 2 ** 30 };
}

const cursorOf = ({ feedSequence, traceparent }: LiveUpdate) =>
  cursors.encode(caller.customerId, { epoch: traceparent, sequence: feedSequence });
