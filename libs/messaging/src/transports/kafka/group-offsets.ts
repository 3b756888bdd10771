import type { Admin } from 'kafkajs';
import type { GroupPlace, PartitionLag } from '../../group-position.js';

/**
 * The consumer group at the broker. One a topic: kafkajs gives every member of a group the topics of
 * the member that leads it, so members that read different topics would miss deliveries.
 */
export function groupIdOf(group: string, topic: string): string {
  return `${group}.${topic}`;
}

/** What the names of the groups begin with by which a group is read again, one a replay. */
export function replayGroupsOf(groupId: string): string {
  return `${groupId}.replay.`;
}

/** By partition: where a group begins that has no offset there. Empty: where the broker says. */
export type StartOffsets = ReadonlyMap<number, number>;

/** Where a partition begins and ends, and where a group is in it. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
  /** Null when the group has none. */
  readonly committed: number | null;
}

/** `groupId`: null for a group that never commits. */
export async function offsetsOf(
  admin: Admin,
  topic: string,
  groupId: string | null,
): Promise<PartitionOffsets[]> {
  const [ends, groups] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    groupId === null ? [] : admin.fetchOffsets({ groupId, topics: [topic] }),
  ]);
  const committed = new Map(
    groups.flatMap(({ partitions }) =>
      partitions.map(({ partition, offset }) => [partition, Number(offset)]),
    ),
  );
  return ends.map(({ partition, low, high }) => {
    const offset = committed.get(partition) ?? -1;
    return {
      ...{ partition, low: Number(low), high: Number(high) },
      committed: offset >= 0 ? offset : null,
    };
  });
}

/**
 * Where a group that begins at the end begins: the ends of now, so that what is published from now on
 * is read even if the first assignment or the first commit is long in coming.
 */
export async function endOffsets(
  admin: Admin,
  topic: string,
  group: string | null,
): Promise<StartOffsets> {
  const offsets = await offsetsOf(admin, topic, group && groupIdOf(group, topic));
  return new Map(
    offsets
      .filter(({ committed }) => committed === null)
      .map(({ partition, high }) => [partition, high]),
  );
}

/** What a group has not committed yet, by partition. */
export async function lagOf(
  admin: Admin,
  { source, group, from }: GroupPlace,
): Promise<PartitionLag[]> {
  const offsets = await offsetsOf(admin, source, groupIdOf(group, source));
  return offsets.map(({ partition, low, high, committed }) => {
    const start = from === 'end' ? high : low;
    // What retention removed is not waiting any more.
    return { partition, count: Math.max(0, high - Math.max(low, committed ?? start)) };
  });
}
