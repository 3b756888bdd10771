import { AppError } from '@mesh/service-kit';
import { z } from 'zod';
import type { ServiceState } from '../use-cases/operations.js';
import * as views from '../use-cases/operations-views.js';
import type { ManagementClient } from './management.http.client.js';

const patienceMs = 2000;
const maxGroups = 50;

const health = z.object({
  status: z.enum(['ready', 'waiting', 'stopping']),
  waitingFor: z.array(z.object({ name: z.string(), reason: z.string() })),
});
const subscriptions = z.object({
  groups: z.array(
    z.object({
      ...{ group: z.string(), stream: z.string() },
      partitions: z.array(z.object({ partition: z.int(), count: z.int() })).nullable(),
    }),
  ),
  breakers: z.array(z.object({ handler: z.string(), state: z.enum(['open', 'closed']) })),
});
const stats = z.object({ items: z.array(views.deadLetterCount) });

/** How a service stands, within two seconds: what it does not tell in time is left out. */
export async function stateOf(client: ManagementClient, token: string): Promise<ServiceState> {
  const { service } = client;
  const asked = { token, signal: AbortSignal.timeout(patienceMs) };
  const known = <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null);
  const [ready, outbox, subscribed, counts] = await Promise.all([
    client.ask('/health/ready', health, asked, [503]).catch(down),
    known(client.ask('/outbox', views.outboxState, asked)),
    known(client.ask('/subscriptions', subscriptions, asked)),
    known(client.ask('/dead-letters/stats', stats, asked)),
  ]);
  return {
    ...{ service, ...ready, outbox },
    consumers: (subscribed?.groups ?? []).map(({ group, stream, partitions }) => ({
      ...{ group, stream },
      lag: partitions?.reduce((sum, { count }) => sum + count, 0) ?? null,
      partitions: (partitions ?? []).map(({ partition, count }) => ({ partition, lag: count })),
    })),
    deadLetters: counts && summary(counts.items),
    breakers: (subscribed?.breakers ?? []).map(({ handler, state }) => ({ name: handler, state })),
  };
}

function down(error: unknown): Pick<ServiceState, 'status' | 'waitingFor'> {
  const reason = error instanceof AppError ? error.message : 'it answers in another form';
  return { status: 'down', waitingFor: [{ name: 'management', reason }] };
}

function summary(groups: z.output<typeof stats>['items']): ServiceState['deadLetters'] {
  const sum = (some: typeof groups) => some.reduce((total, { count }) => total + count, 0);
  const parkedAt = groups.map(({ oldestParkedAt }) => oldestParkedAt).sort();
  return {
    total: sum(groups),
    oldestParkedAt: parkedAt[0] ?? null,
    byReason: [...Map.groupBy(groups, ({ reason }) => reason)].map(([reason, some]) => ({
      ...{ reason, count: sum(some) },
    })),
    groups: groups.slice(0, maxGroups),
  };
}
