import { createEvent, type CloudEvent } from '@mesh/envelope';
import { currentBaggage, currentTraceparent, withBaggage, withTrace } from '@mesh/tracing';
import type { Delivery } from '../../delivery.js';
import { parentOf } from '../../middleware/trace-parents.js';
import { tracing } from '../../middleware/tracing.js';
import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import { structured, TYPE } from '../samples.js';

const EVENTS = { light: 20, heavy: 500 };

/** What the handler of an event was in. */
interface Context {
  readonly parent: string | undefined;
  readonly span: string;
  readonly baggage: string | undefined;
}

export const traceGoesOn: Rule = {
  number: 17,
  title: "the consumer's span has the producer's as its parent, and baggage is kept",
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const received = new Received();
    const contexts = new Map<string, Context>();
    await run.subscribe(transport, { source, group: run.group() }, async (delivery) => {
      const event = delivery.event();
      contexts.set(event.id, await contextOf(delivery, event));
      // The second try has the same context as the first.
      if (delivery.attempt === 1) throw new Error('Not yet');
      received.add(event);
    });

    const publisher = await transport.publisher();
    const events = Array.from({ length: run.count(EVENTS) }, (_, index) => tracedEvent(index));
    for (const [index, event] of events.entries()) {
      const message = { destination: source, key: null, event };
      if (index % 2 === 0) await publisher.publish([message]);
      else await run.under.inject(source, structured(event));
    }
    const ids = events.map(({ id }) => id);
    await run.until(
      () => received.hasAll(ids),
      () => received.missing(ids),
    );
    for (const { id, extensions } of events) {
      const { traceparent, baggage } = extensions;
      const got = contexts.get(id);
      run.require(
        got?.parent === traceparent,
        `the parent of the span that handled event ${id} is ${got?.parent} instead of ${traceparent}`,
      );
      const trace = String(traceparent).slice(0, 35);
      const child = got?.span.startsWith(trace) === true && got.span !== traceparent;
      run.require(child, `event ${id} of ${traceparent} was handled in ${got?.span}`);
      run.require(
        got?.baggage === baggage,
        `the baggage of event ${id} is "${got?.baggage}" instead of "${baggage}"`,
      );
    }
  },
};

/** As the outbox makes it: of the work that goes on while it is made. */
function tracedEvent(index: number): CloudEvent {
  const baggage = `tenant=blue;ttl=${index},city=K%C3%B6ln`;
  return withTrace(undefined, () =>
    withBaggage(baggage, () =>
      createEvent({
        source: '/test',
        type: TYPE,
        extensions: {
          partitionkey: `key-${index}`,
          traceparent: currentTraceparent(),
          baggage: currentBaggage(),
        },
        data: Buffer.from('happened'),
      }),
    ),
  );
}

/** Through the middleware that handlers of events have around them. */
async function contextOf(delivery: Delivery, event: CloudEvent): Promise<Context> {
  const { signal, headers } = delivery;
  const parent = parentOf(event.extensions['traceparent'], headers);
  let context: Context | undefined;
  const handle = tracing(async () => {
    context = { parent, span: currentTraceparent(), baggage: currentBaggage() };
    return 'done';
  });
  await handle({ delivery, event, data: undefined, signal });
  if (context === undefined) throw new Error('The handler was not called');
  return context;
}
