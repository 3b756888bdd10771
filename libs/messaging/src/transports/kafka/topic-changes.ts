import type { KafkaTopic } from '@mesh/contracts/topology';
import type { TopologyDifference } from '../../topology-difference.js';
import { settingsOfTopic } from './topic-settings.js';

/** A topic as the broker has it. */
export interface FoundTopic {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Of the partition with the fewest. */
  readonly inSyncReplicas: number;
  /** Values in force, by the broker's names. */
  readonly settings: ReadonlyMap<string, string>;
}

type Judged = Pick<TopologyDifference, 'change' | 'why'>;

const safe: Judged = { change: 'safe' };
const unsafe = (why: string): Judged => ({ change: 'unsafe', why });

/** How a topic differs from its description, and what it would mean to change it. */
export function differencesOf(topic: KafkaTopic, found: FoundTopic | null): TopologyDifference[] {
  const { name } = topic;
  if (found === null) {
    const wanted = `${topic.partitions} partitions`;
    return [{ resource: 'topic', name, setting: null, wanted, found: null, change: 'safe' }];
  }
  const differs = (setting: string, wanted: unknown, has: unknown, judged: Judged) =>
    wanted === undefined || String(wanted) === String(has)
      ? []
      : [
          {
            ...{ resource: 'topic' as const, name, setting },
            ...{ wanted: String(wanted), found: has === undefined ? null : String(has) },
            ...judged,
          },
        ];
  return [
    ...differs('partitions', topic.partitions, found.partitions, partitions(topic, found)),
    ...differs('replication.factor', topic.replicationFactor, found.replicationFactor, replicas),
    ...settingsOfTopic(topic).flatMap((setting) => {
      const has = found.settings.get(setting.name) ?? '';
      if (setting.name === 'max.message.bytes' && Number(has) >= Number(setting.value)) return [];
      const wanted = setting.name === 'cleanup.policy' ? sorted(setting.value) : setting.value;
      const now = setting.name === 'cleanup.policy' ? sorted(has) : has;
      return differs(setting.name, wanted, now, judge[setting.name]!(wanted, now, found));
    }),
  ];
}

const replicas = unsafe(
  'Copies are moved between brokers by kafka-reassign-partitions.sh, which needs a plan of where',
);

function partitions({ partitions: wanted }: KafkaTopic, found: FoundTopic): Judged {
  return wanted < found.partitions
    ? unsafe('Kafka can not take partitions away; make a new topic, or describe this one as it is')
    : unsafe(
        'Keys would move to other partitions, and their later events could overtake earlier ones; let all groups read to the end, then kafka-topics.sh --alter --partitions',
      );
}

const judge: Readonly<
  Record<string, (wanted: string, found: string, topic: FoundTopic) => Judged>
> = {
  'retention.ms': (wanted, found) =>
    Number(wanted) === -1 || (Number(found) !== -1 && Number(wanted) > Number(found))
      ? safe
      : unsafe('Messages older than that would be deleted; kafka-configs.sh --alter does it'),
  'cleanup.policy': (wanted, found) =>
    // Taking a policy away deletes less than before.
    wanted.split(',').every((policy) => found.split(',').includes(policy))
      ? safe
      : unsafe('The added policy would delete messages; kafka-configs.sh --alter does it'),
  'min.insync.replicas': (wanted, found, { inSyncReplicas }) => {
    if (Number(wanted) < Number(found))
      return unsafe(
        'What is confirmed would be on fewer brokers; kafka-configs.sh --alter does it',
      );
    return Number(wanted) <= inSyncReplicas
      ? safe
      : unsafe(`Publishing would stop: some partition has ${inSyncReplicas} in-sync copies`);
  },
  'max.message.bytes': () => safe,
};

function sorted(policies: string): string {
  return policies.split(',').sort().join(',');
}
