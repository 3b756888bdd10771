import type { Admin } from 'kafkajs';

/**
 * The consumer group at the broker. One a topic: kafkajs gives every member of a group the topics of
 * the member that leads it, so members that read different topics would miss deliveries.
 */
export function groupIdOf(group: string, topic: string): string {
  return `${group}.${topic}`;
}

/** By partition: where a group begins that has no offset there. Empty: where the broker says. */
export type StartOffsets = ReadonlyMap<number, number>;

/**
 * Where a group that begins at the end begins: the ends of now, so that what is published from now on
 * is read even if the first assignment or the first commit is long in coming.
 */
export async function endOffsets(
  admin: Admin,
  topic: string,
  group: string | null,
): Promise<StartOffsets> {
  const [ends, committed] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    group === null ? [] : admin.fetchOffsets({ groupId: groupIdOf(group, topic), topics: [topic] }),
  ]);
  const known = new Set(
    committed.flatMap(({ partitions }) =>
      partitions.filter(({ offset }) => Number(offset) >= 0).map(({ partition }) => partition),
    ),
  );
  return new Map(
    ends
      .filter(({ partition }) => !known.has(partition))
      .map(({ partition, high }) => [partition, Number(high)]),
  );
}
