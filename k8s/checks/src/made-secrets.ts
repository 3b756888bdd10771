import type { Manifest } from './manifest.js';

type Spec = Readonly<Record<string, { readonly [field: string]: unknown } | string | undefined>>;
/** Names of secrets, and what each has; undefined where only somebody else knows. */
type Made = readonly (readonly [string, readonly string[] | undefined])[];

const authority = ['ca.crt', 'ca.p12', 'ca.password'];
const pair = ['ca.crt', 'tls.crt', 'tls.key'];
const login = ['username', 'password', 'host', 'port'];
const database = [...login, 'user', 'dbname', 'uri', 'jdbc-uri', 'fqdn-uri', 'pgpass'];

/** The secrets that operators and controllers make for an object. */
const makers: Readonly<Record<string, (name: string, spec: Spec) => Made>> = {
  'kafka.strimzi.io/Kafka': (name) => [
    [`${name}-cluster-ca-cert`, authority],
    [`${name}-clients-ca-cert`, authority],
  ],
  'kafka.strimzi.io/KafkaUser': (name) => [[name, ['password', 'sasl.jaas.config']]],
  'postgresql.cnpg.io/Cluster': (name) => [
    [`${name}-app`, database],
    [`${name}-superuser`, database],
    [`${name}-ca`, ['ca.crt', 'ca.key']],
  ],
  'rabbitmq.com/RabbitmqCluster': (name) => [[`${name}-default-user`, login]],
  'rabbitmq.com/User': (name) => [[`${name}-user-credentials`, ['username', 'password']]],
  'cert-manager.io/Certificate': (_name, spec) => [[String(spec['secretName']), pair]],
  'external-secrets.io/ExternalSecret': (name, { target, data, dataFrom }) => [
    [
      String((typeof target === 'object' ? target['name'] : undefined) ?? name),
      dataFrom === undefined
        ? (data as unknown as readonly { readonly secretKey: string }[]).map((one) => one.secretKey)
        : undefined,
    ],
  ],
};

/** The secrets that are not rendered, but made in the cluster by what is, with their keys where they are known. */
export function secretsMadeInCluster(
  manifests: readonly Manifest[],
): ReadonlyMap<string, readonly string[] | undefined> {
  return new Map(
    manifests.flatMap(({ apiVersion, kind, metadata, spec }) => {
      const make = makers[`${apiVersion.split('/')[0]}/${kind}`];
      return make?.(metadata.name, (spec ?? {}) as Spec) ?? [];
    }),
  );
}
