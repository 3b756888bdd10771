/** Labels that select pods or namespaces. */
export type Labels = Readonly<Record<string, string>>;

/** One end of an arrow: pods of this namespace, pods of another one, or what is outside of the cluster. */
export type Place =
  | { readonly pods: Labels }
  | { readonly namespace: Labels; readonly pods?: Labels }
  | { readonly outside: 'public' | 'anywhere' };

const named = (name: string): Place => ({ pods: { 'app.kubernetes.io/name': name } });
const database = (service: string): Place => ({ pods: { 'cnpg.io/cluster': `${service}-db` } });
const namespace = (name: string): Place => ({
  namespace: { 'kubernetes.io/metadata.name': name },
});

/**
 * Everything that connects, or is connected to, by the name that arrows give it. Pods of a service and of its
 * migration are one place. Namespaces of operators are those that their own manuals install into.
 */
export const places = {
  order: named('order'),
  inventory: named('inventory'),
  notifications: named('notifications'),
  gateway: named('gateway'),
  collector: named('otel-collector'),
  kafka: { pods: { 'strimzi.io/cluster': 'mesh' } },
  rabbitmq: named('mesh-rabbitmq'),
  'order-db': database('order'),
  'inventory-db': database('inventory'),
  'notifications-db': database('notifications'),
  edge: { namespace: { 'mesh.example/edge': 'true' } },
  prometheus: namespace('monitoring'),
  keda: namespace('keda'),
  'kafka-operator': namespace('strimzi'),
  'rabbitmq-operator': namespace('rabbitmq-system'),
  'postgres-operator': namespace('cnpg-system'),
  dns: {
    namespace: { 'kubernetes.io/metadata.name': 'kube-system' },
    pods: { 'k8s-app': 'kube-dns' },
  },
  telemetry: namespace('observability'),
  linkerd: namespace('linkerd'),
  outside: { outside: 'public' },
  // Its address is the cluster's own matter: no label selects it.
  'api-server': { outside: 'anywhere' },
} as const satisfies Readonly<Record<string, Place>>;

export type PlaceName = keyof typeof places;

/** Every pod of the namespace is a place that a policy can be of; the rest is elsewhere. */
export function isHere(place: Place): place is { readonly pods: Labels } {
  return 'pods' in place && !('namespace' in place);
}
