import { PublishError } from '../../errors.js';
import type { Message } from '../../publisher.js';
import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import type { RuleRun } from '../rule-run.js';
import { messagesOf } from '../samples.js';

const PUBLISHERS = { light: 20, heavy: 20, parallel: 4 };
const EVENTS_EACH = { light: 500, heavy: 2000, parallel: 60 };
const CALL = 10;

export const resolvedMeansDelivered: Rule = {
  number: 10,
  title: `${PUBLISHERS.light} publishers with hundreds of events each, closed in the middle: what was confirmed is delivered, what was not is known`,
  deadlineMs: 90_000,
  async check(run) {
    const consumer = await run.open();
    const source = await run.destination(consumer);
    const received = new Received();
    await run.subscribe(consumer, { source, group: run.group() }, received.handler);

    const [publishers, eventsEach] = [run.count(PUBLISHERS), run.count(EVENTS_EACH)];
    const results = await Promise.all(
      Array.from({ length: publishers }, (_, index) =>
        publishAndClose(run, messagesOf(source, eventsEach), index % 2 === 0),
      ),
    );
    const confirmed = results.flatMap((result) => result.confirmed);
    await run.until(
      () => received.hasAll(confirmed),
      () => `of those that were confirmed, ${received.missing(confirmed)}`,
    );
    const known = results.reduce(
      (sum, result) => sum + result.confirmed.length + result.refused,
      0,
    );
    run.require(
      known === publishers * eventsEach,
      `${publishers * eventsEach - known} events are neither confirmed nor refused`,
    );
  },
};

interface Result {
  readonly confirmed: string[];
  refused: number;
}

async function publishAndClose(
  run: RuleRun,
  messages: readonly Message[],
  early: boolean,
): Promise<Result> {
  const publisher = await (await run.openAlone()).publisher();
  const result: Result = { confirmed: [], refused: 0 };
  const calls: Promise<void>[] = [];
  for (let at = 0; at < messages.length; at += CALL) {
    const call = messages.slice(at, at + CALL);
    calls.push(settled(publisher.publish(call), call, result));
    // Half of the publishers are closed with calls on their way, and then called again.
    if (early && at === messages.length / 2) void publisher.close();
    if (at % 100 === 0) await new Promise(setImmediate);
  }
  await Promise.all(calls);
  await publisher.close();
  return result;
}

/** Counts what the caller was told. */
async function settled(
  call: Promise<void>,
  messages: readonly Message[],
  result: Result,
): Promise<void> {
  let unconfirmed: readonly number[] = [];
  try {
    await call;
  } catch (error) {
    if (!(error instanceof PublishError)) throw error;
    unconfirmed = error.unconfirmed;
  }
  const refused = new Set(unconfirmed);
  result.refused += refused.size;
  result.confirmed.push(
    ...messages.filter((_, index) => !refused.has(index)).map(({ event }) => event.id),
  );
}
