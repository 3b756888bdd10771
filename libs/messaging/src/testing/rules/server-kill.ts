import type { Rule } from '../rule.js';
import { Traffic } from '../traffic.js';

export const confirmedSurvivesSigkill: Rule = {
  number: 14,
  title: 'a server killed with SIGKILL after acks: every confirmed event is still there',
  needs: 'persistent',
  ownServer: true,
  deadlineMs: 90_000,
  async check(run) {
    const kills = run.count({ light: 1, heavy: 5 });
    const eventsAKill = run.count({ light: 1000, heavy: 2000 });
    const events = kills * eventsAKill;
    const publishers = run.count({ light: 10, heavy: 50 });
    const server = await run.ownServer();
    const traffic = await Traffic.prepare(run, { server, events, publishers });
    await traffic.publish();
    for (let kill = 0; kill < kills; kill += 1) {
      // In the middle of it: what was confirmed a moment ago counts as what was confirmed long ago.
      await traffic.confirmedAtLeast(kill * eventsAKill + run.random.between(50, eventsAKill / 2));
      await server.kill();
    }
    // Nobody has read before: what is not there now was lost.
    await traffic.consume();
    await traffic.delivered();
  },
};

export const consumersSurviveSigkill: Rule = {
  number: null,
  title: 'a server killed while it hands over: nothing is lost, order by key holds',
  needs: 'persistent',
  ownServer: true,
  deadlineMs: 90_000,
  async check(run) {
    const events = run.count({ light: 500, heavy: 5000 });
    const server = await run.ownServer();
    const traffic = await Traffic.prepare(run, { server, events, publishers: 10 });
    await traffic.publish();
    await traffic.confirmedAtLeast(events / 2);
    await traffic.consume();
    const handled = run.random.between(1, events / 4);
    await traffic.until(
      () => traffic.watch.handled >= handled,
      () => `${handled - traffic.watch.handled} of ${handled} events did not arrive`,
    );
    await server.kill();
    await traffic.delivered();
  },
};
