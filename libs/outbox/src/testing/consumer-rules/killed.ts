import { consumerProcess } from '../consumer-process.js';
import type { ConsumerRule } from '../consumer-rule.js';
import type { Sent } from '../consumer-setting.js';
import { STEPS } from '../consumer-under-test.js';

export const killedAtEachStep: ConsumerRule = {
  number: 31,
  title:
    'a consumer killed at each step: what was not acked comes again, and each event has one effect',
  deadlineMs: 120_000,
  async check(run) {
    const setting = await run.open();
    const { url } = setting;
    const all: Sent[] = [];
    const left: Sent[] = [];
    for (const step of STEPS) {
      const sent = run.sent(step, { keys: 6, each: 3 });
      all.push(...sent);
      const consumer = await consumerProcess({ url, consumer: run.under.name, standAt: step });
      run.atEnd(() => consumer.kill());
      consumer.deliver(sent);
      await run.judge.until(
        () => consumer.stands,
        () => `no event came to the step "${step}"`,
      );
      await consumer.kill();
      left.push(...consumer.unacked());
    }
    const survivor = await consumerProcess({ url, consumer: run.under.name });
    run.atEnd(() => survivor.kill());
    survivor.deliver(left);
    await run.judge.until(
      () => survivor.unacked().length === 0,
      () => `${survivor.unacked().length} events were not acked by the next consumer`,
    );
    await run.requireOneEffect(setting, all);
  },
};
