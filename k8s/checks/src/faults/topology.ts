import { amqpTopology, kafkaTopics } from '@mesh/contracts/topology';
import { titleOf, type Manifest } from '../manifest.js';
import type { Rule } from './rule.js';

type Fields = Readonly<Record<string, unknown>>;

/** Topics and exchanges are those of libs/contracts/src/topology, where there are operators that make them. */
export const topology: Rule = ({ manifests }) => [
  ...inBoth(
    of(manifests, 'kafka.strimzi.io', 'KafkaTopic'),
    kafkaTopics.map(({ name, partitions, retentionMs }) => ({ name, partitions, retentionMs })),
    ({ metadata, spec }) => ({
      name: spec?.['topicName'] ?? metadata.name,
      partitions: spec?.['partitions'],
      retentionMs: Number((spec?.['config'] as Fields | undefined)?.['retention.ms']),
    }),
  ),
  ...inBoth(
    of(manifests, 'rabbitmq.com', 'Exchange').filter(({ spec }) => !isDeadLetters(spec)),
    amqpTopology.exchanges.map(({ name, type }) => ({ name, type })),
    ({ spec }) => ({ name: spec?.['name'], type: spec?.['type'] }),
  ),
  ...of(manifests, 'kafka.strimzi.io', 'KafkaUser').flatMap(unknownTopics),
];

function of(manifests: readonly Manifest[], group: string, wanted: string): Manifest[] {
  return manifests.filter(
    ({ apiVersion, kind }) => kind === wanted && apiVersion.startsWith(`${group}/`),
  );
}

/** They are made by the transport beside the exchanges that the code names. */
function isDeadLetters(spec: Fields | undefined): boolean {
  return /dead-?letters/.test(String(spec?.['name']));
}

function inBoth<Described extends { readonly name: string }>(
  found: readonly Manifest[],
  wanted: readonly Described[],
  read: (manifest: Manifest) => Fields,
): string[] {
  const [first] = found;
  if (first === undefined) return [];
  const known = new Map(found.map((manifest) => [read(manifest)['name'], manifest]));
  return [
    ...wanted.flatMap((described) => {
      const manifest = known.get(described.name);
      if (manifest === undefined) return [`${first.kind} ${described.name}: is nowhere`];
      const fields = read(manifest);
      return Object.entries(described)
        .filter(([field, value]) => fields[field] !== value)
        .map(
          ([field, value]) =>
            `${titleOf(manifest)}: ${field} is ${String(fields[field])}, and ${String(value)} in the code`,
        );
    }),
    ...found
      .filter((manifest) => !wanted.some(({ name }) => name === read(manifest)['name']))
      .map((manifest) => `${titleOf(manifest)}: is not in libs/contracts/src/topology`),
  ];
}

interface Acl {
  readonly resource: {
    readonly type: string;
    readonly name?: string;
    readonly patternType?: string;
  };
}

function unknownTopics(user: Manifest): string[] {
  const { acls = [] } = (user.spec?.['authorization'] ?? {}) as { readonly acls?: readonly Acl[] };
  return acls
    .filter(({ resource }) => resource.type === 'topic')
    .filter(({ resource }) => !kafkaTopics.some(({ name }) => matches(resource, name)))
    .map(({ resource }) => `${titleOf(user)}: there is no topic ${resource.name}`);
}

function matches({ name = '', patternType }: Acl['resource'], topic: string): boolean {
  return patternType === 'prefix' ? topic.startsWith(name) : topic === name;
}
