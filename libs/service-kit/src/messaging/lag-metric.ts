import type { PartitionLag } from '@mesh/messaging';
import { metrics } from '@mesh/tracing';
import type { PlannedSubscription } from './subscription-plan.js';
import type { Transports } from './transports.js';

/** A scrape waits no longer for a broker that is away. */
const limitMs = 2000;

type Source = () => Promise<void>;
const sources = new Set<Source>();

const gauge = metrics.gauge({
  name: 'mesh_consumer_lag',
  help: 'Events of a stream that a group has not acked yet, by partition, as the broker tells at the scrape (on AMQP those that wait in its queue, as partition 0); every replica tells all of its group',
  labels: ['group', 'stream', 'partition'],
  async collect(own) {
    own.reset();
    await Promise.all([...sources].map((source) => source()));
  },
});

/** Shows at each scrape how far the groups are behind, until the result is called. Unknown is not zero: then they are absent. */
export function watchLag(
  plans: readonly PlannedSubscription[],
  transports: Pick<Transports, 'forKind'>,
): () => void {
  const watched = plans
    .filter(({ subscribe }) => subscribe.ephemeral !== true)
    .map((plan) => {
      let asking: Promise<readonly PartitionLag[]> | undefined;
      return async () => {
        // Scrapes that come faster than answers share one.
        asking ??= lagOf(plan, transports).finally(() => (asking = undefined));
        const lags = await Promise.race([asking, nothingAfter(limitMs)]);
        const { group, subscribe } = plan;
        for (const { partition, count } of lags)
          gauge.set({ group, stream: subscribe.source, partition: String(partition) }, count);
      };
    });
  for (const source of watched) sources.add(source);
  return () => watched.forEach((source) => sources.delete(source));
}

async function lagOf(
  { stream, subscribe }: PlannedSubscription,
  transports: Pick<Transports, 'forKind'>,
): Promise<readonly PartitionLag[]> {
  try {
    return (await (await transports.forKind(stream.kind)).lag?.(subscribe)) ?? [];
  } catch {
    // Readiness tells that the broker is away.
    return [];
  }
}

function nothingAfter(ms: number): Promise<readonly PartitionLag[]> {
  return new Promise((resolve) => setTimeout(() => resolve([]), ms).unref());
}
