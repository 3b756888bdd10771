import { randomUUID } from 'node:crypto';
import type { Admin } from 'kafkajs';
import type { Delivery } from '../../delivery.js';
import { ReplayError } from '../../errors.js';
import type { GroupPlace, ReplayFrom, ReplayRange } from '../../group-position.js';
import type { Replays } from '../../replays.js';
import { translated } from './admin.js';
import { groupIdOf, offsetsOf, replayGroupsOf, type PartitionOffsets } from './group-offsets.js';
import type { KafkaSettings } from './options.js';
import { readRanges } from './read-ranges.js';
import { untilNoMembers } from './group-members.js';

/** Sets the offsets of a group back. The broker lets nobody do that while the group has members. */
export class KafkaReplays implements Replays {
  readonly #settings: KafkaSettings;
  readonly #admin: () => Promise<Admin>;

  constructor(settings: KafkaSettings, admin: () => Promise<Admin>) {
    this.#settings = settings;
    this.#admin = admin;
  }

  async plan(place: GroupPlace, from: ReplayFrom): Promise<readonly ReplayRange[]> {
    const { source, group } = place;
    const admin = await translated(this.#settings, 'connect', this.#admin());
    const offsets = await translated(
      this.#settings,
      'tell offsets',
      offsetsOf(admin, source, groupIdOf(group, source)),
    );
    const begins = await translated(
      this.#settings,
      'tell offsets',
      beginsOf(admin, source, from, offsets),
    );
    return offsets.flatMap(({ partition, low, committed }) => {
      const begin = begins.get(partition);
      if (begin === undefined || committed === null || begin >= committed) return [];
      return [{ partition, from: String(Math.max(low, begin)), until: String(committed) }];
    });
  }

  async read(
    place: GroupPlace,
    ranges: readonly ReplayRange[],
    onBatch: (deliveries: readonly Delivery[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    if (ranges.length === 0) return;
    const groupId = replayGroupsOf(groupIdOf(place.group, place.source)) + randomUUID();
    const { source, group } = place;
    const reading = { settings: this.#settings, groupId, source, group, ranges, onBatch, signal };
    await translated(this.#settings, 'read again', readRanges(reading));
  }

  async vacant({ source, group }: GroupPlace): Promise<void> {
    const groupId = groupIdOf(group, source);
    const admin = await translated(this.#settings, 'connect', this.#admin());
    const limitMs = this.#settings.sessionTimeoutMs + 5000;
    const members = await translated(
      this.#settings,
      'describe the group',
      untilNoMembers(admin, groupId, limitMs),
    );
    if (members.length === 0) return;
    throw new ReplayError(
      'GROUP_ACTIVE',
      `The group "${groupId}" has members elsewhere (${members.join(', ')}); stop them, or scale the service to one replica, and try again`,
    );
  }

  async rewind(place: GroupPlace, ranges: readonly ReplayRange[]): Promise<void> {
    if (ranges.length === 0) return;
    await this.vacant(place);
    const { source, group } = place;
    const groupId = groupIdOf(group, source);
    const admin = await translated(this.#settings, 'connect', this.#admin());
    const partitions = ranges.map(({ partition, from }) => ({ partition, offset: from }));
    await translated(
      this.#settings,
      'set offsets',
      admin.setOffsets({ groupId, topic: source, partitions }),
    );
    const now = await translated(this.#settings, 'tell offsets', offsetsOf(admin, source, groupId));
    const moved = ranges.every(({ partition, from }) =>
      now.some((one) => one.partition === partition && one.committed === Number(from)),
    );
    if (!moved)
      throw new ReplayError(
        'GROUP_ACTIVE',
        `The offsets of the group "${groupId}" are not where they were set: somebody joined it meanwhile; try again`,
      );
  }
}

/** By partition; a partition that is not in it stays. */
async function beginsOf(
  admin: Admin,
  topic: string,
  from: ReplayFrom,
  offsets: readonly PartitionOffsets[],
): Promise<ReadonlyMap<number, number>> {
  if (from.kind === 'start') return new Map(offsets.map(({ partition, low }) => [partition, low]));
  if (from.kind === 'time') {
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, from.time.getTime());
    return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
  }
  if (!offsets.some(({ partition }) => partition === from.partition)) {
    throw new ReplayError(
      'REPLAY_REFUSED',
      `${topic} has no partition ${from.partition}; it has 0 to ${offsets.length - 1}`,
    );
  }
  return new Map([[from.partition, Number(from.offset)]]);
}
