import type { Service } from '@mesh/tools/services';

/** Labels that select pods or namespaces. */
export type Labels = Readonly<Record<string, string>>;

/** One end of an arrow: pods of this namespace, pods of another one, or what is outside of the cluster. */
export type Place =
  | { readonly pods: Labels }
  | { readonly namespace: Labels; readonly pods?: Labels }
  | { readonly outside: 'public' | 'anywhere' };

function named(name: string): Place {
  return { pods: { 'app.kubernetes.io/name': name } };
}

function database(service: string): Place {
  return { pods: { 'cnpg.io/cluster': `${service}-db` } };
}

function namespace(name: string): Place {
  return { namespace: { 'kubernetes.io/metadata.name': name } };
}

/** Everything that connects, or is connected to, by the name that arrows give it. */
export type Places = Readonly<Record<string, Place>>;

/** Of these services and of what they need. Pods of a service and of its migration are one place. */
export function placesOf(services: readonly Service[]): Places {
  const owners = services.filter((service) => service.database);
  return {
    ...Object.fromEntries(services.map(({ name }) => [name, named(name)])),
    ...Object.fromEntries(owners.map(({ name }) => [`${name}-db`, database(name)])),
    ...others,
  };
}

/** @throws RangeError when there is none of that name */
export function placeIn(places: Places, name: string): Place {
  const place = places[name];
  if (place === undefined) throw new RangeError(`There is no place ${name}`);
  return place;
}

/** Those who answer for names. */
export const dns: Place = {
  namespace: { 'kubernetes.io/metadata.name': 'kube-system' },
  pods: { 'k8s-app': 'kube-dns' },
};

/** Namespaces of operators are those that their own manuals install into. */
const others: Places = {
  collector: named('otel-collector'),
  kafka: { pods: { 'strimzi.io/cluster': 'mesh' } },
  rabbitmq: named('mesh-rabbitmq'),
  edge: { namespace: { 'mesh.example/edge': 'true' } },
  prometheus: namespace('monitoring'),
  keda: namespace('keda'),
  'kafka-operator': namespace('strimzi'),
  'rabbitmq-operator': namespace('rabbitmq-system'),
  'postgres-operator': namespace('cnpg-system'),
  telemetry: namespace('observability'),
  linkerd: namespace('linkerd'),
  outside: { outside: 'public' },
  // Its address is the cluster's own matter: no label selects it.
  'api-server': { outside: 'anywhere' },
};

/** Every pod of the namespace is a place that a policy can be of; the rest is elsewhere. */
export function isHere(place: Place): place is { readonly pods: Labels } {
  return 'pods' in place && !('namespace' in place);
}
