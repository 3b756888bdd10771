import type { Group, Participant } from '@mesh/contracts/participants';
import type { AmqpBinding, AmqpTopology } from '@mesh/contracts/topology';
import { Topology } from '@mesh/messaging/amqp';
import type { Manifest } from './manifest.js';

const apiVersion = 'rabbitmq.com/v1beta1';
/** The cluster of k8s/components/rabbitmq/cluster.yaml. */
const rabbitmqClusterReference = { name: 'mesh-rabbitmq' };
const vhost = '/';

/**
 * The exchanges, queues and bindings that services declare, with the same settings: made before a service first
 * runs, so that what is published until then waits for it. Queues of one replica, and those of endpoints that
 * config names, are left to the services.
 */
export function exchangesAndQueues(
  topology: AmqpTopology,
  participants: readonly Participant[],
): Manifest[] {
  const described = new Topology(topology);
  const groups = workGroups(participants).filter(({ shared }) => shared === 'one');
  const parts = [
    described.all(),
    ...groups.map(({ name, stream, filter }) =>
      described.group({ source: stream.name, group: name, ...(filter && { filter }) }),
    ),
  ];
  const declarations = parts.flatMap((part) => part.declarations).map(declarationManifest);
  const bindings = parts.flatMap((part) => part.bindings).map(bindingManifest);
  const all = [...declarations, ...bindings];
  return [...new Map(all.map((one) => [`${one.kind} ${one.metadata.name}`, one])).values()];
}

/**
 * A user for each service that uses AMQP, with a password that the operator makes, and what it may do: declare and
 * read its own queues, bind them to what it reads, publish to its own exchange.
 */
export function amqpUsers(participants: readonly Participant[]): Manifest[] {
  return participants.flatMap((participant) => {
    const { service, publishes } = participant;
    const groups = workGroups([participant]);
    const exchanges = publishes.filter(({ kind }) => kind === 'work').map(({ name }) => name);
    if (groups.length + exchanges.length === 0) return [];
    const sources = [...new Set(groups.map(({ stream }) => stream.name))];
    const queues = `${pattern(service)}\\..*`;
    const known = [...new Set([...exchanges, ...sources])].map(pattern);
    // What a group gives up, and what the broker does, the default exchange takes to the dead letters.
    const deadLetters = groups.length > 0 ? ['amq\\.default'] : [];
    const permissions = {
      configure: anyOf([...known, queues]),
      write: anyOf([...exchanges.map(pattern), queues, ...deadLetters]),
      read: anyOf([...sources.map(pattern), queues]),
    };
    const metadata = { name: service };
    const userReference = { name: service };
    return [
      { apiVersion, kind: 'User', metadata, spec: { rabbitmqClusterReference } },
      {
        ...{ apiVersion, kind: 'Permission', metadata },
        spec: { vhost, userReference, permissions, rabbitmqClusterReference },
      },
    ];
  });
}

function workGroups(participants: readonly Participant[]): readonly Group[] {
  return participants.flatMap(({ groups }) =>
    groups.filter(({ stream }) => stream.kind === 'work'),
  );
}

function declarationManifest(
  declaration: ReturnType<Topology['all']>['declarations'][number],
): Manifest {
  const { resource, name, settings } = declaration;
  const { type, durable, 'x-queue-type': queueType, ...args } = settings;
  return {
    apiVersion,
    kind: resource === 'exchange' ? 'Exchange' : 'Queue',
    metadata: { name },
    spec: {
      ...{ name, vhost, type: type ?? queueType, durable: durable === true },
      ...(Object.keys(args).length > 0 && { arguments: args }),
      // Nobody's messages go with the object that describes where they wait.
      ...(resource === 'queue' && { deletionPolicy: 'retain' }),
      rabbitmqClusterReference,
    },
  };
}

function bindingManifest(binding: AmqpBinding): Manifest {
  const { exchange: source, queue: destination, routingKey, arguments: args } = binding;
  const key = (routingKey ?? '').replaceAll('#', 'all').replaceAll('*', 'one');
  const name = `${destination}-${key}`
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .replace(/[-.]+$/, '');
  return {
    apiVersion,
    kind: 'Binding',
    metadata: { name },
    spec: {
      ...{ source, destination, destinationType: 'queue', vhost },
      ...(routingKey !== undefined && { routingKey }),
      ...(args && { arguments: args }),
      rabbitmqClusterReference,
    },
  };
}

function pattern(name: string): string {
  return name.replaceAll('.', '\\.');
}

function anyOf(patterns: readonly string[]): string {
  return `^(${patterns.join('|')})$`;
}
