import type { Rule } from '../rule.js';
import type { RuleRun } from '../rule-run.js';
import { heldBytes } from '../held-bytes.js';
import { Traffic } from '../traffic.js';
import type { OwnServer } from '../transport-under-test.js';

/** More than a publisher's window of 32 MiB: the last calls wait for the first. */
const EVENTS_EACH = 560;
const BYTES = 64 * 1024;
const CALLS = 20;
/** Of what is published: less than this had been under way when the server stopped taking anything. */
const UNDER_WAY = 0.6;

export const blockedServerPushesBack: Rule = {
  number: 15,
  title:
    'a server that blocks or refuses writes: publish waits, then fails with a retryable error; memory stays bounded; then it goes on',
  ownServer: true,
  deadlineMs: 120_000,
  async check(run) {
    const server = await run.ownServer();
    for (const [name, block] of Object.entries(server.blocks))
      await checkBlocked(run, { server, name, block });
  },
};

interface Case {
  readonly server: OwnServer;
  readonly name: string;
  readonly block: () => Promise<() => Promise<void>>;
}

async function checkBlocked(run: RuleRun, { server, name, block }: Case): Promise<void> {
  const rounds = run.count({ light: 2, heavy: 6 });
  const publishers = run.count({ light: 1, heavy: 4 });
  const events = publishers * EVENTS_EACH;
  const pace = { wave: EVENTS_EACH, calls: CALLS, pauseMs: 10 };
  const load = { events, publishers, pace, keys: 50, bytes: BYTES };
  const traffic = await Traffic.prepare(run, { server, ...load });
  // Nothing is taken out meanwhile, so that what is full stays full.
  const blocked = Promise.withResolvers<void>();
  await traffic.consume(() => blocked.promise);

  const unblock = await block();
  try {
    await traffic.publish();
    await refused(traffic, { name, times: 1, underWay: events * UNDER_WAY });
    const held = heldBytes();
    await refused(traffic, { name, times: rounds, underWay: events * UNDER_WAY });
    const grown = heldBytes() - held;
    run.require(
      grown < (events * BYTES) / 2,
      `${name}: ${grown} bytes more are held after ${rounds} rounds of refused calls than after the first`,
    );
    run.require(
      traffic.confirmed <= events * UNDER_WAY,
      `${name}: ${traffic.confirmed} events were confirmed by a server that takes none`,
    );
  } finally {
    await unblock();
    blocked.resolve();
  }
  await traffic.delivered();
}

async function refused(
  traffic: Traffic,
  {
    name,
    times,
    underWay,
  }: { readonly name: string; readonly times: number; readonly underWay: number },
): Promise<void> {
  const waiting = () => traffic.callers.filter(({ refusals }) => refusals < times).length;
  await traffic.until(
    () => traffic.confirmed > underWay || waiting() === 0,
    () => `${name}: ${waiting()} of ${traffic.callers.length} publishers wait for ever`,
  );
}
