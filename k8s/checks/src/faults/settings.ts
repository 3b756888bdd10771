import { titleOf } from '../manifest.js';
import { brokerVariables, telemetryVariables, type ServiceCode } from '../service-code.js';
import { environmentIn } from './environments.js';
import { servicePods, type Judged, type Rule } from './rule.js';

/** Variables of Node.js itself, and what pg reads where a URL says nothing. */
const othersVariables = new Set([
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'TZ',
  'PGUSER',
  'PGPASSWORD',
]);

/** The environment of a pod is one that its service starts with, and has nothing that it does not know. */
export const settings: Rule = (judged) => {
  const telemetry = telemetryVariables();
  return servicePods(judged).flatMap((own) => {
    const { manifest, container, service } = own;
    const { variables, faults } = environmentIn(judged, own);
    // They are there for the values of others: $(AMQP_USER).
    const values = (container.env ?? []).map(({ value = '' }) => value).join(' ');
    const parts = new Set([...values.matchAll(/\$\((\w+)\)/g)].map(([, name = '']) => name));
    const unknown = Object.keys(variables).filter(
      (name) =>
        !(name in service.schema.shape) &&
        !telemetry.has(name) &&
        !brokerVariables.has(name) &&
        !othersVariables.has(name) &&
        !parts.has(name),
    );
    return [
      ...faults,
      ...unknown.map(
        (name) => `${name} is no variable of ${service.name} (apps/${service.name}/src/config.ts)`,
      ),
      ...migratesTwice(manifest.kind, service, variables),
    ].map((fault) => `${titleOf(manifest)}: ${fault}`);
  });
};

/** A pod that also migrates would not wait for its job. */
function migratesTwice(
  kind: string,
  { migrates }: ServiceCode,
  { MIGRATE_ON_START: atStart }: Readonly<Record<string, string>>,
): string[] {
  if (kind === 'Job' || !migrates || atStart === 'false') return [];
  return [
    `MIGRATE_ON_START: expected false, because a job does it; received ${atStart ?? 'nothing'}`,
  ];
}

/** A secret that is rendered has a value for each of its keys. */
export const secrets: Rule = ({ manifests }: Judged) =>
  manifests
    .filter(({ kind }) => kind === 'Secret')
    .flatMap((secret) =>
      Object.entries(secret.data ?? {})
        .filter(([, value]) => value === '' || value === null)
        .map(([key]) => `${titleOf(secret)}: ${key} is empty`),
    );

const secretName = /(PASSWORD|SECRET|TOKEN|CREDENTIALS?|PRIVATE_KEY|API_KEY)$/;
/** A reference such as $(AMQP_PASSWORD) is none. */
const passwordInUrl = /:\/\/[^\s:@/]*:(?!\$\()[^\s@/]+@/;

/** Secrets are in Secrets: neither in a ConfigMap nor in the value of a variable. */
export const plainText: Rule = ({ manifests, workloads }: Judged) => [
  ...manifests
    .filter(({ kind }) => kind === 'ConfigMap')
    .flatMap((map) => plainSecrets(titleOf(map), Object.entries(map.data ?? {}))),
  ...workloads.flatMap(({ manifest, pod }) =>
    [...(pod.initContainers ?? []), ...pod.containers].flatMap(({ env = [] }) => {
      const written = env.map(({ name, value = '' }) => [name, value] as const);
      return plainSecrets(titleOf(manifest), written);
    }),
  ),
];

function plainSecrets(title: string, entries: readonly (readonly [string, string])[]): string[] {
  return entries
    .filter(
      ([name, value]) =>
        passwordInUrl.test(value) ||
        (secretName.test(name) && value !== '' && !/^\$\(\w+\)$/.test(value)),
    )
    .map(([name]) => `${title}: ${name} has a secret in plain text; it belongs into a Secret`);
}
