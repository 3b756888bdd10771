import type { Rule } from '../rule.js';
import { Traffic } from '../traffic.js';

export const restartLosesNothing: Rule = {
  number: 13,
  title:
    'a server restarted at one third and at one half of the events: nothing is lost, order by key holds',
  needs: 'persistent',
  ownServer: true,
  deadlineMs: 90_000,
  async check(run) {
    const events = run.count({ light: 1500, heavy: 10_000 });
    const publishers = run.count({ light: 20, heavy: 100 });
    const server = await run.ownServer();
    const traffic = await Traffic.prepare(run, { server, events, publishers });
    await traffic.consume();
    await traffic.publish();
    for (const share of [1 / 3, 1 / 2]) {
      await traffic.confirmedAtLeast(events * share);
      await server.restart();
    }
    await traffic.delivered();
  },
};
