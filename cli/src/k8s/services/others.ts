import { namesOf, type ServiceFacts } from './facts.js';
import type { Texts } from './texts.js';

/** What Prometheus scrapes. */
export function monitorFiles(services: readonly ServiceFacts[]): Texts {
  const names = namesOf(services).map((name) => `          - ${name}`);
  const text = `# The job is the service's name, as rules and dashboards have it.
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: mesh }
spec:
  selector:
    matchLabels: { app.kubernetes.io/part-of: mesh }
    matchExpressions:
      - key: app.kubernetes.io/name
        operator: In
        values:
${names.join('\n')}
  jobLabel: app.kubernetes.io/name
  # A metric that grew without bound would be refused whole, and told by \`up\`.
  sampleLimit: 20000
  endpoints: [{ port: management, path: /metrics, interval: 15s }]
`;
  return [['k8s/components/observability/service-monitor.yaml', text]];
}

/** Secrets of services that a store outside of the cluster has. */
export function externalSecretFiles(services: readonly ServiceFacts[]): Texts {
  const secret = (name: string) => `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: ${name}-secrets }
spec:
  refreshInterval: 1h
  secretStoreRef: { kind: ClusterSecretStore, name: mesh }
  target: { name: ${name}-secrets, creationPolicy: Owner }
  dataFrom: [{ extract: { key: mesh/${name} } }]
`;
  const text = namesOf(services).map(secret).join('---\n');
  return [['k8s/components/external-secrets/services.yaml', text]];
}

/** Jobs that are named after the tag of their image. */
export function releaseFiles(services: readonly ServiceFacts[]): Texts {
  const owners = namesOf(services.filter(({ database }) => database));
  const replacement = (name: string) => `- source:
    kind: Job
    name: ${name}-migrate-TAG
    fieldPath: spec.template.spec.containers.[name=app].image
    options: { delimiter: ':', index: 1 }
  targets:
    - select: { kind: Job, name: ${name}-migrate-TAG }
      fieldPaths: [metadata.name]
      options: { delimiter: '-', index: ${name.split('-').length + 1} }
`;
  const text = owners.length === 0 ? '[]\n' : owners.map(replacement).join('');
  return [['k8s/release/migrations.yaml', text]];
}

/** What a person fills in where databases and brokers are elsewhere. */
export function elsewhereFiles(
  services: readonly ServiceFacts[],
  hasSecrets: (service: string) => boolean,
): Texts {
  const folder = 'k8s/overlays/production/servers-elsewhere';
  const secret = (name: string) =>
    [
      `  - name: ${name}-secrets`,
      // It has some in ../secrets.
      ...(hasSecrets(name) ? ['    behavior: merge'] : []),
      `    envs: [${name}.env]`,
    ].join('\n');
  const text = `# Databases and brokers that no operator in the cluster makes: instead of the components postgres, rabbitmq and
# kafka, whose credentials nobody has to know. Further settings go into ../mesh.env.
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
generatorOptions: { disableNameSuffixHash: true }
secretGenerator:
${namesOf(services).map(secret).join('\n')}
`;
  return [
    [`${folder}/kustomization.yaml`, text],
    ...services.map(
      ({ name, database }) =>
        [
          `${folder}/${name}.env.example`,
          `${database ? 'DATABASE_URL=\n' : ''}AMQP_URL=\n`,
        ] as const,
    ),
  ];
}

/** Databases of a server in a container. */
export function composeFiles(
  services: readonly ServiceFacts[],
  database: (name: string) => string,
): Texts {
  const owners = services.filter((service) => service.database);
  const lines = owners.map(({ name }) => `create database ${database(name)};\n`);
  return [['tools/compose/databases.sql', lines.join('')]];
}
