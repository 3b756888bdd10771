import type { ConsumerRule } from '../consumer-rule.js';
import { numberedGaugeChanged } from '../gauge-delivery.js';

export const togetherWithItsEvents: ConsumerRule = {
  number: 30,
  title: 'note, effect and the events that it appends are seen together or not at all',
  async check(run) {
    const setting = await run.open();
    const other = await run.open(setting.url);
    let apart: string | undefined;
    const look = async (step: string) => {
      const { effects, noted, told } = await other.evidence();
      if (effects.size > told.size)
        apart ??= 'an effect was committed without the event that tells of it';
      if (effects.size !== noted || told.size > effects.size)
        apart ??= `at "${step}" there are ${noted} notes, ${effects.size} effects and ${told.size} events`;
    };
    // One after the other: what is looked at then is what this one left.
    const consumer = run.consumer(setting, { at: look });
    const sent = run.sent('together', { keys: 1, each: 10 });
    for (const { gauge, version } of sent)
      await consumer.dispatch(numberedGaugeChanged(gauge, version));
    const batch = run.sent('batch', { keys: 10, each: 1 });
    await Promise.all(
      batch.map(({ gauge, version }) => consumer.dispatch(numberedGaugeChanged(gauge, version))),
    );
    run.judge.require(apart === undefined, String(apart));
    await run.requireOneEffect(setting, [...sent, ...batch]);
  },
};
