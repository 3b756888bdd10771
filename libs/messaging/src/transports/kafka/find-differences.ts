import type { KafkaTopic } from '@mesh/contracts/topology';
import kafkajs, { type Admin, type ITopicMetadata } from 'kafkajs';
import type { TopologyDifference } from '../../topology-difference.js';
import { differencesOf, type FoundTopic } from './topic-changes.js';
import { settingsOfTopic } from './topic-settings.js';

/** How the topics differ from their descriptions. */
export async function findDifferences(
  admin: Admin,
  topics: readonly KafkaTopic[],
): Promise<TopologyDifference[]> {
  const there = new Set(await admin.listTopics());
  const existing = topics.filter(({ name }) => there.has(name));
  if (existing.length === 0) return topics.flatMap((topic) => differencesOf(topic, null));
  const names = existing.map(({ name }) => name);
  const { topics: metadata } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: existing.map((topic) => ({
      ...{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic.name },
      configNames: settingsOfTopic(topic).map(({ name }) => name),
    })),
  });
  const found = new Map(
    metadata.map((topic) => {
      const entries = resources.find(({ resourceName }) => resourceName === topic.name);
      return [topic.name, foundTopic(topic, entries?.configEntries ?? [])];
    }),
  );
  return topics.flatMap((topic) => differencesOf(topic, found.get(topic.name) ?? null));
}

function foundTopic(
  { partitions }: ITopicMetadata,
  entries: readonly { configName: string; configValue: string }[],
): FoundTopic {
  return {
    partitions: partitions.length,
    replicationFactor: partitions[0]?.replicas.length ?? 0,
    inSyncReplicas: Math.min(...partitions.map(({ isr }) => isr.length)),
    settings: new Map(entries.map(({ configName, configValue }) => [configName, configValue])),
  };
}
