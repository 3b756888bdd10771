import type { DeadLetters } from '@mesh/outbox';
import type { DeadLetterReason } from '@mesh/messaging';
import { metrics } from '@mesh/tracing';

interface Watched {
  readonly letters: Pick<DeadLetters, 'counts'>;
  /** Those that the service has now. */
  readonly groups: readonly string[];
}

/** Whoever has none shows 0 for each. */
const none: Readonly<Record<DeadLetterReason, 0>> = {
  ...{ 'max-attempts': 0, rejected: 0, expired: 0 },
  ...{ overflow: 0, undecodable: 0, gap: 0 },
};
const watched = new Set<Watched>();

/** Shows at each scrape how many dead letters there are, also of groups that were, until the result is called. */
export function watchDeadLetters(one: Watched): () => void {
  watched.add(one);
  metrics.gauge({
    name: 'mesh_dead_letters',
    help: 'Dead letters that are in the database now, with those that wait behind others, by group and reason; every replica tells all',
    labels: ['group', 'reason'],
    async collect(gauge) {
      await Promise.all([...watched].map((one) => show(one, gauge)));
    },
  });
  return () => void watched.delete(one);
}

async function show({ letters, groups }: Watched, gauge: Gauge): Promise<void> {
  const counts = await letters.counts();
  for (const group of groups)
    for (const reason of Object.keys(none)) gauge.set({ group, reason }, 0);
  for (const { group, reason, count } of counts) gauge.set({ group, reason }, count);
}

interface Gauge {
  set(labels: { readonly group: string; readonly reason: string }, value: number): void;
}
