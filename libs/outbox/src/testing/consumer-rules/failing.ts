import { nameOf, type Sent } from '../consumer-setting.js';
import type { ConsumerRule } from '../consumer-rule.js';
import { numberedGaugeChanged } from '../gauge-delivery.js';

export const failureLeavesNothing: ConsumerRule = {
  number: 29,
  title:
    'an event that fails leaves nothing, holds its key alone, and has its effect when it succeeds',
  async check(run) {
    const setting = await run.open();
    const { effect } = setting.parts;
    let failing = true;
    let failures = 0;
    const consumer = run.consumer(setting, {
      effect: {
        ...effect,
        async append(tx, handling) {
          await effect.append(tx, handling);
          if (!failing || nameOf(handling.data as Sent) !== 'fails-1/2') return;
          failures += 1;
          throw new Error('the shelf is closed');
        },
      },
    });
    const sent = run.sent('fails', { keys: 10, each: 3 });
    const held = new Set(['fails-1/2', 'fails-1/3']);
    const others = sent.filter((one) => !held.has(nameOf(one)));
    const acked = Promise.all(
      sent.map(({ gauge, version }) => consumer.dispatch(numberedGaugeChanged(gauge, version))),
    );
    await run.judge.until(
      async () => failures >= 3 && (await setting.evidence()).effects.size >= others.length,
      () => 'the others do not go on',
    );
    await run.requireOneEffect(setting, others);
    const { effects, told } = await setting.evidence();
    const left = [...held].filter((name) => effects.has(name) || told.has(name));
    run.judge.require(left.length === 0, `${left.join()} left an effect or an event`);
    failing = false;
    await run.judge.inTime(acked, () => 'what failed does not go on');
    await run.requireOneEffect(setting, sent);
  },
};
