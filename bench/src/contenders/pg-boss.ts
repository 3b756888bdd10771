import { PgBoss } from 'pg-boss';
import { inBatches } from './contender.js';
import { countdown, groups, type OrderedQueue } from './ordered-queue.js';

interface Job {
  readonly index: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A queue a group, `key_strict_fifo`, fetched without a pause: its own workers poll twice a second at most. */
export async function pgBoss(connectionString: string): Promise<OrderedQueue> {
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false });
  await boss.start();
  for (const group of groups) await boss.createQueue(group, { policy: 'key_strict_fifo' });
  return {
    name: 'pg-boss, key_strict_fifo',
    async fill(entries) {
      const jobs = entries.map(({ key, headers, body }, index) => ({
        singletonKey: key ?? '',
        data: { index, headers, body: Buffer.from(body).toString('base64') } satisfies Job,
      }));
      for (const group of groups)
        for (const batch of inBatches(jobs)) await boss.insert(group, batch);
    },
    async drain(count, onEvent) {
      const { done, tick } = countdown(count * groups.length);
      let draining = true;
      const work = async (group: string) => {
        while (draining) {
          const jobs = await boss.fetch<Job>(group, { batchSize: 500, includeMetadata: true });
          for (const { data, singletonKey } of jobs) {
            onEvent(group, singletonKey ?? '', data.index);
          }
          if (jobs.length > 0)
            await boss.complete(
              group,
              jobs.map(({ id }) => id),
            );
          jobs.forEach(tick);
        }
      };
      const working = Promise.all(groups.map(work));
      await done;
      draining = false;
      await working;
    },
    close: () => boss.stop({ graceful: false }),
  };
}
