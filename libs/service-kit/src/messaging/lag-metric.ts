import type { PartitionLag } from '@mesh/messaging';
import { metrics } from '@mesh/tracing';
import type { PlannedSubscription } from './subscription-plan.js';
import type { Transports } from './transports.js';

/** Nobody waits longer for a broker that is away. */
const limitMs = 2000;

/** How far a group is behind on a stream. */
export interface GroupLag {
  readonly group: string;
  readonly stream: string;
  /** Null: the broker does not tell, or not in time. */
  readonly partitions: readonly PartitionLag[] | null;
}

type Reading = () => Promise<GroupLag>;
const readings = new Set<Reading>();

const gauge = metrics.gauge({
  name: 'mesh_consumer_lag',
  help: 'Events of a stream that a group has not acked yet, by partition, as the broker tells at the scrape (on AMQP those that wait in its queue, as partition 0); every replica tells all of its group',
  labels: ['group', 'stream', 'partition'],
  async collect() {
    const shown = [...readings].map(async (reading) => show(await reading()));
    const failed = (await Promise.allSettled(shown)).find(({ status }) => status === 'rejected');
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  },
});

function show({ group, stream, partitions }: GroupLag): void {
  // Unknown is not zero: then it is absent, and the metric failed.
  if (partitions === null) throw new Error(`The lag of ${group} on ${stream} is not known`);
  for (const { partition, count } of partitions)
    gauge.set({ group, stream, partition: String(partition) }, count);
}

export interface LagWatch {
  /** How far each group is behind now, within two seconds; without those that end with their process. */
  read(): Promise<readonly GroupLag[]>;
  close(): void;
}

/** Shows at each scrape how far the groups are behind, until it is closed. */
export function watchLag(
  plans: readonly PlannedSubscription[],
  transports: Pick<Transports, 'forKind'>,
): LagWatch {
  const watched = plans
    .filter(({ subscribe }) => subscribe.ephemeral !== true)
    .map((plan): Reading => {
      const { group, subscribe } = plan;
      let asking: Promise<readonly PartitionLag[] | null> | undefined;
      return async () => {
        // Questions that come faster than answers share one.
        asking ??= lagOf(plan, transports).finally(() => (asking = undefined));
        const partitions = await Promise.race([asking, nothingAfter(limitMs)]);
        return { group, stream: subscribe.source, partitions };
      };
    });
  for (const reading of watched) readings.add(reading);
  return {
    read: () => Promise.all(watched.map((reading) => reading())),
    close: () => watched.forEach((reading) => readings.delete(reading)),
  };
}

async function lagOf(
  { stream, subscribe }: PlannedSubscription,
  transports: Pick<Transports, 'forKind'>,
): Promise<readonly PartitionLag[] | null> {
  try {
    return (await (await transports.forKind(stream.kind)).lag?.(subscribe)) ?? null;
  } catch {
    // Readiness tells that the broker is away.
    return null;
  }
}

function nothingAfter(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms).unref());
}
