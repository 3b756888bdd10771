import type { Participant } from '@mesh/contracts/participants';
import type { KafkaTopic } from '@mesh/contracts/topology';
import { groupIdOf, replayGroupsOf, settingsOfTopic } from '@mesh/messaging/kafka';
import type { Manifest } from './manifest.js';

const apiVersion = 'kafka.strimzi.io/v1';
/** The cluster of k8s/components/kafka/cluster.yaml; has as many brokers as topics have copies. */
const labels = { 'strimzi.io/cluster': 'mesh' };
const COPIES = 3;

/** A topic each, as Strimzi's topic operator keeps it. */
export function topicManifests(topics: readonly KafkaTopic[]): Manifest[] {
  return topics.map((topic) => ({
    apiVersion,
    kind: 'KafkaTopic',
    metadata: { name: topic.name, labels },
    spec: {
      partitions: topic.partitions,
      replicas: topic.replicationFactor ?? COPIES,
      config: Object.fromEntries(
        settingsOfTopic(topic).map(({ name, value }) => [name, typed(value)]),
      ),
    },
  }));
}

/**
 * A user for each service that reads or writes a topic, named as the service, which may do that and no more: write
 * what it publishes, read what its groups read, under the names of its own groups.
 */
export function userManifests(participants: readonly Participant[]): Manifest[] {
  return participants.flatMap((participant) => {
    const acls = aclsOf(participant);
    if (acls.length === 0) return [];
    const metadata = { name: participant.service, labels };
    const authentication = { type: 'scram-sha-512' };
    const spec = { authentication, authorization: { type: 'simple', acls } };
    return [{ apiVersion, kind: 'KafkaUser', metadata, spec }];
  });
}

/** What the service does to a topic it first looks at: it compares it with the code. Topics are made by the operator. */
const looking = ['Describe', 'DescribeConfigs'];

function aclsOf({ publishes, groups }: Participant): object[] {
  const written = publishes.filter(({ kind }) => kind === 'log').map(({ name }) => name);
  const reading = groups.filter(({ stream }) => stream.kind === 'log');
  const read = reading.map(({ stream }) => stream.name);
  const topics = [...new Set([...written, ...read])].map((name) => ({
    resource: { type: 'topic', name, patternType: 'literal' },
    operations: [
      ...(read.includes(name) ? ['Read'] : []),
      ...(written.includes(name) ? ['Write'] : []),
      ...looking,
    ],
  }));
  const ids = reading.flatMap(({ name, stream, shared }) => {
    const id = groupIdOf(name, stream.name);
    if (shared !== 'one') return [groupAcl(`${id}.`, 'prefix')];
    return [groupAcl(id, 'literal'), groupAcl(replayGroupsOf(id), 'prefix')];
  });
  return [...topics, ...ids];
}

function groupAcl(name: string, patternType: 'literal' | 'prefix'): object {
  return { resource: { type: 'group', name, patternType }, operations: ['Read', 'Describe'] };
}

/** Numbers as numbers, as the topic operator writes them back. */
function typed(value: string): string | number {
  return /^-?\d+$/.test(value) ? Number(value) : value;
}
