import { UnsupportedFeatureError } from '../../errors.js';
import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import { idsOf, messagesOf } from '../samples.js';

const EVENTS = { light: 200, heavy: 2000 };

export const groupsGetEverythingMembersShare: Rule = {
  number: 11,
  title: 'two groups each get everything; two consumers of a group share it without overlap',
  needs: 'consumerGroups',
  async check(run) {
    const transport = await run.open();
    const other = await run.open();
    const source = await run.destination(transport);
    const [shared, alone] = [run.group(), run.group()];
    const [both, single] = [new Received(), new Received()];
    await run.subscribe(transport, { source, group: shared }, both.handler);
    await run.subscribe(other, { source, group: shared }, both.handler);
    await run.subscribe(transport, { source, group: alone }, single.handler);

    const messages = messagesOf(source, run.count(EVENTS));
    const ids = idsOf(messages);
    await (await transport.publisher()).publish(messages);
    await run.until(
      () => single.hasAll(ids),
      () => `in a group of one ${single.missing(ids)}`,
    );
    await run.until(
      () => both.hasAll(ids),
      () => `in a group of two ${both.missing(ids)}`,
    );
    run.require(both.repeats === 0, `${both.repeats} events came to both consumers of a group`);
  },
};

export const newGroupReadsFromTheStart: Rule = {
  number: 12,
  title: 'a new group reads from the start, or from the end when it says so',
  needs: 'replay',
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const publisher = await transport.publisher();
    const old = messagesOf(source, run.count(EVENTS));
    await publisher.publish(old);

    const [fromStart, fromEnd] = [new Received(), new Received()];
    await run.subscribe(transport, { source, group: run.group() }, fromStart.handler);
    await run.subscribe(transport, { source, group: run.group(), from: 'end' }, fromEnd.handler);
    const fresh = messagesOf(source, run.count(EVENTS));
    await publisher.publish(fresh);

    const all = idsOf([...old, ...fresh]);
    await run.until(
      () => fromStart.hasAll(all),
      () => `from the start ${fromStart.missing(all)}`,
    );
    const late = idsOf(fresh);
    await run.until(
      () => fromEnd.hasAll(late),
      () => `from the end ${fromEnd.missing(late)}`,
    );
    run.require(
      fromEnd.size === late.length,
      `a group that begins at the end got ${fromEnd.size - late.length} events from before`,
    );
  },
  async refusal(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const options = { source, group: run.group(), from: 'start' } as const;
    const error = await transport
      .subscribe(options, async () => {})
      .catch((thrown: unknown) => thrown);
    run.require(
      error instanceof UnsupportedFeatureError && error.message.includes('"replay"'),
      `subscribing from the start is not refused with the name of the feature but gives ${String(error)}`,
    );
  },
};
