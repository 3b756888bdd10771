import type { ConsumerRule } from '../consumer-rule.js';
import { numberedGaugeChanged } from '../gauge-delivery.js';

export const deliveredTwice: ConsumerRule = {
  number: 28,
  title: 'events that come twice, at once, to two consumers have one effect',
  async check(run) {
    const setting = await run.open();
    const replica = await run.open(setting.url);
    const sent = run.sent('twice', { keys: 20, each: 5 });
    const consumers = [run.consumer(setting), run.consumer(replica)];
    const outcomes = consumers.flatMap((consumer) =>
      sent.flatMap(({ gauge, version }) => [
        consumer.dispatch(numberedGaugeChanged(gauge, version)),
        consumer.dispatch(numberedGaugeChanged(gauge, version)),
      ]),
    );
    const acked = await run.judge.inTime(Promise.all(outcomes), () => 'they were not all acked');
    run.judge.require(
      acked.every((outcome) => outcome === 'done'),
      'some were given back',
    );
    await run.requireOneEffect(setting, sent);
  },
};
