import { PublishError } from '../../errors.js';
import type { Message } from '../../publisher.js';
import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import type { RuleRun } from '../rule-run.js';
import { messagesOf } from '../samples.js';

const PUBLISHERS = 20;
const EVENTS_EACH = 500;
const CALL = 10;

export const resolvedMeansDelivered: Rule = {
  number: 10,
  title: `${PUBLISHERS} publishers, ${PUBLISHERS * EVENTS_EACH} events, closed in the middle: what was confirmed is delivered, what was not is known`,
  deadlineMs: 90_000,
  async check(run) {
    const consumer = await run.open();
    const source = await run.destination(consumer);
    const received = new Received();
    await run.subscribe(consumer, { source, group: run.group() }, received.handler);

    const results = await Promise.all(
      Array.from({ length: PUBLISHERS }, (_, index) =>
        publishAndClose(run, source, index % 2 === 0),
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
      known === PUBLISHERS * EVENTS_EACH,
      `${PUBLISHERS * EVENTS_EACH - known} events are neither confirmed nor refused`,
    );
  },
};

interface Result {
  readonly confirmed: string[];
  refused: number;
}

async function publishAndClose(run: RuleRun, source: string, early: boolean): Promise<Result> {
  const publisher = await (await run.open()).publisher();
  const result: Result = { confirmed: [], refused: 0 };
  const messages = messagesOf(source, EVENTS_EACH);
  const calls: Promise<void>[] = [];
  for (let at = 0; at < EVENTS_EACH; at += CALL) {
    const call = messages.slice(at, at + CALL);
    calls.push(settled(publisher.publish(call), call, result));
    // Half of the publishers are closed with calls on their way, and then called again.
    if (early && at === EVENTS_EACH / 2) void publisher.close();
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
