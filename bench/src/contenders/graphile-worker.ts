import { Logger, makeWorkerUtils, runTaskList } from 'graphile-worker';
import type pg from 'pg';
import { inBatches } from './contender.js';
import { countdown, groups, type OrderedQueue } from './ordered-queue.js';

interface Job {
  readonly key: string;
  readonly index: number;
}
const silent = new Logger(() => () => {});

/** A task a group, a named queue a key: how it runs jobs of one key one after the other. */
export async function graphileWorker(pgPool: pg.Pool): Promise<OrderedQueue> {
  pgPool.on('connect', (client) => client.on('error', () => {}));
  const utils = await makeWorkerUtils({ pgPool, logger: silent });
  await utils.migrate();
  return {
    name: 'graphile-worker, a queue a key',
    async fill(entries) {
      const jobs = groups.flatMap((group) =>
        entries.map(({ key, headers, body }, index) => ({
          identifier: group,
          queueName: `${group} ${key}`,
          payload: { key, index, headers, body: Buffer.from(body).toString('base64') },
        })),
      );
      for (const batch of inBatches(jobs)) await utils.addJobs(batch);
    },
    async drain(count, onEvent) {
      const { done, tick } = countdown(count * groups.length);
      const tasks = Object.fromEntries(
        groups.map((group) => [
          group,
          async (payload: unknown) => {
            const { key, index } = payload as Job;
            onEvent(group, key, index);
            tick();
          },
        ]),
      );
      const options = { concurrency: 16, pollInterval: 100, logger: silent, noHandleSignals: true };
      const workers = runTaskList(options, tasks, pgPool);
      await done;
      await workers.gracefulShutdown();
    },
    close: async () => void (await utils.release()),
  };
}
