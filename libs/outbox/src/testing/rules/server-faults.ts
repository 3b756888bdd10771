import { join } from 'node:path';
import { startPostgres } from '@mesh/tools/postgres';
import { RestartableServer } from '@mesh/tools/testing/restartable-server';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { complete } from '../complete.js';
import { startProducers } from '../producers.js';
import type { RelayRule } from '../relay-rule.js';
import type { RelayRun } from '../relay-run.js';

const LEASE_MS = 1000;

export const postgresGoesAway: RelayRule = {
  number: 24,
  title:
    'PostgreSQL restarted and killed with SIGKILL in the middle: replicas recover by themselves',
  deadlineMs: 180_000,
  async check(run) {
    const server = await ownServer(run);
    const behind = new URL(server.current.url());
    behind.port = String(server.network.port);
    const setting = await run.open(behind.href);
    const { publisher } = setting;
    const replica = await run.open(behind.href);
    for (const { store } of [setting, replica]) {
      const relay = await store.start({ publisher, leaseMs: LEASE_MS });
      run.atEnd(() => relay.stop());
    }
    const producers = startProducers(setting);
    const more = async (commits: number) => {
      const goal = producers.commits + commits;
      await run.judge.until(
        () => producers.commits >= goal,
        () => `${goal - producers.commits} of ${commits} commits did not succeed`,
      );
    };
    const rounds = run.count({ light: 1, heavy: 5 });
    for (let round = 0; round < rounds; round += 1) {
      await more(run.random.between(50, 150));
      await server.restart();
      await more(run.random.between(50, 150));
      await server.kill();
    }
    await more(50);
    await complete(run, () => publisher.versions(), await producers.stop());
  },
};

/** PostgreSQL of the rule's own, on data that survive SIGKILL. */
async function ownServer(run: RelayRun) {
  const folder = temporaryFolder();
  const server = await RestartableServer.start(() =>
    startPostgres({ dataDir: join(folder.path, 'postgres') }),
  );
  run.atEnd(async () => {
    await server.stop();
    folder.remove();
  });
  return server;
}
