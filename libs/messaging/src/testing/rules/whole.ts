import type { CloudEvent } from '@mesh/envelope';
import type { Message } from '../../publisher.js';
import type { Transport } from '../../transport.js';
import { Received } from '../received.js';
import type { RuleRun } from '../rule-run.js';
import type { Rule } from '../rule.js';
import { richEvent, structured } from '../samples.js';

export const eventsArriveWhole: Rule = {
  number: 1,
  title:
    'a hundred events or more, published before and after subscribing, arrive whole, in binary and structured mode',
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const group = run.group();
    const events = Array.from({ length: run.count({ light: 100, heavy: 1000 }) }, (_, index) =>
      richEvent(index),
    );
    const received = new Received();

    // Without replay a group gets what is published after its first subscription.
    if (!run.under.features.replay) {
      await (await run.subscribe(transport, { source, group }, received.handler)).close();
    }
    await send(run, transport, source, events.slice(0, events.length / 2));
    await run.subscribe(transport, { source, group }, received.handler);
    await send(run, transport, source, events.slice(events.length / 2));

    const ids = events.map(({ id }) => id);
    await run.until(
      () => received.hasAll(ids),
      () => received.missing(ids),
    );
    for (const event of events) {
      const difference = differenceOf(event, received.get(event.id));
      run.require(difference === null, `event ${event.id} arrived with ${difference}`);
    }
  },
};

/** Every other event in structured mode. */
async function send(
  run: RuleRun,
  transport: Transport,
  destination: string,
  events: readonly CloudEvent[],
) {
  const publisher = await transport.publisher();
  for (const [index, event] of events.entries()) {
    const key = String(event.extensions['partitionkey']);
    const message: Message = { destination, key, event };
    if (index % 2 === 0) await publisher.publish([message]);
    else await run.under.inject(destination, structured(event));
  }
}

/** Says what differs; extensions by their text, since not every broker's headers have types. */
function differenceOf(sent: CloudEvent, got: CloudEvent | undefined): string | null {
  for (const name of [
    'source',
    'type',
    'subject',
    'time',
    'datacontenttype',
    'dataschema',
  ] as const) {
    if (sent[name] !== got?.[name]) return `${name} ${got?.[name]} instead of ${sent[name]}`;
  }
  for (const [name, value] of Object.entries(sent.extensions)) {
    const gotValue = got?.extensions[name];
    if (String(value) !== String(gotValue))
      return `extension ${name} ${gotValue} instead of ${value}`;
  }
  const same = Buffer.compare(sent.data ?? Buffer.alloc(0), got?.data ?? Buffer.alloc(0)) === 0;
  return same ? null : `other bytes than the ${sent.data?.byteLength} that were sent`;
}
