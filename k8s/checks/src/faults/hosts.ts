import { titleOf, type Manifest } from '../manifest.js';
import { variablesOf } from './environments.js';
import { servicePods, type Rule } from './rule.js';

/** Addresses of databases, brokers and collectors that are in the cluster lead to a port of a service there. */
export const hosts: Rule = (judged) => {
  const known = knownServices(judged.manifests);
  const asked = [
    ...servicePods(judged).flatMap((pod) =>
      Object.entries(variablesOf(judged, pod))
        .filter(([name]) => /_(URL|BROKERS|ENDPOINT)$/.test(name))
        .map(([name, value]) => ({ manifest: pod.manifest, name, value })),
    ),
    ...judged.manifests.filter(({ kind }) => kind === 'ScaledObject').flatMap(bootstrapServers),
  ];
  return asked.flatMap(({ manifest, name, value }) =>
    value
      .split(',')
      .filter((one) => !leadsSomewhere(one, known))
      .map((one) => `${titleOf(manifest)}: ${name}: ${placeOf(one)} is no port of a Service`),
  );
};

function bootstrapServers(manifest: Manifest) {
  const { triggers = [] } = manifest.spec as unknown as {
    readonly triggers?: readonly { readonly metadata: Readonly<Record<string, string>> }[];
  };
  return triggers.flatMap(({ metadata }) => {
    const { bootstrapServers: value } = metadata;
    return value === undefined ? [] : [{ manifest, name: 'bootstrapServers', value }];
  });
}

const address = /^(?:([a-z]+):\/\/)?(?:[^@\s]*@)?([\w.-]+)(?::(\d+))?(?:[/?].*)?$/;
const usualPorts: Readonly<Record<string, number>> = {
  ...{ http: 80, https: 443, postgres: 5432, postgresql: 5432, amqp: 5672, amqps: 5671 },
};

type Known = ReadonlyMap<string, readonly number[]>;

function leadsSomewhere(value: string, known: Known): boolean {
  const [, scheme = '', host, port = usualPorts[scheme]] = address.exec(value) ?? [];
  // Names of other namespaces and of outside, and what only the node knows.
  if (host === undefined || (host.includes('.') && !/\.svc(\.cluster\.local)?$/.test(host)))
    return true;
  const ports = known.get(host.split('.')[0] ?? '');
  return ports !== undefined && (port === undefined || ports.includes(Number(port)));
}

/** Without the password. */
function placeOf(value: string): string {
  const [, , host = '', port] = address.exec(value) ?? [];
  return port === undefined ? host : `${host}:${port}`;
}

interface Spec {
  readonly ports?: readonly { readonly port: number }[];
  readonly kafka?: { readonly listeners: readonly { readonly port: number }[] };
  readonly tls?: { readonly secretName?: string; readonly disableNonTLSListeners?: boolean };
}

/** The services that are there, by their names and ports: those that operators make of an object too. */
const makers: Readonly<
  Record<string, (name: string, spec: Spec) => readonly (readonly [string, readonly number[]])[]>
> = {
  'v1/Service': (name, { ports = [] }) => [[name, ports.map(({ port }) => port)]],
  'kafka.strimzi.io/Kafka': (name, { kafka }) => [
    [`${name}-kafka-bootstrap`, (kafka?.listeners ?? []).map(({ port }) => port)],
  ],
  'postgresql.cnpg.io/Cluster': (name) =>
    ['rw', 'ro', 'r'].map((end) => [`${name}-${end}`, [5432]] as const),
  'rabbitmq.com/RabbitmqCluster': (name, { tls }) => [
    [name, [...(tls?.disableNonTLSListeners ? [] : [5672]), ...(tls?.secretName ? [5671] : [])]],
  ],
};

function knownServices(manifests: readonly Manifest[]): Known {
  return new Map(
    manifests.flatMap(({ apiVersion, kind, metadata, spec }) =>
      (makers[`${apiVersion.split('/')[0]}/${kind}`] ?? (() => []))(
        metadata.name,
        (spec ?? {}) as Spec,
      ),
    ),
  );
}
