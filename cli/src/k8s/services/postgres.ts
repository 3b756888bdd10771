import { component, podPatch } from './kustomization.js';
import { namesOf, sqlName, type ServiceFacts } from './facts.js';
import type { Texts } from './texts.js';

const folder = 'k8s/components/postgres';

/** A cluster of its own for each service that has a database, its backups, and the way to it. */
export function postgresFiles(services: readonly ServiceFacts[]): Texts {
  const owners = namesOf(services.filter(({ database }) => database));
  const patches = owners.map((name) => ({ path: `client-${name}.yaml`, services: [name] }));
  const settings = [
    '  - path: cluster.yaml\n    target: { kind: Cluster, group: postgresql.cnpg.io }',
  ];
  const resources = ['backups.yaml', 'clusters.yaml', 'store.yaml'];
  return [
    [`${folder}/kustomization.yaml`, component(resources, patches, { before: settings })],
    [`${folder}/clusters.yaml`, owners.map(cluster).join('---\n')],
    [`${folder}/backups.yaml`, owners.map(backup).join('---\n')],
    ...owners.map((name) => [`${folder}/client-${name}.yaml`, client(name)] as const),
  ];
}

function cluster(name: string): string {
  return `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: ${name}-db }
spec:
  instances: 3
  bootstrap: { initdb: { database: ${sqlName(name)}, owner: ${sqlName(name)} } }
`;
}

function backup(name: string): string {
  return `apiVersion: postgresql.cnpg.io/v1
kind: ScheduledBackup
metadata: { name: ${name}-db }
spec:
  schedule: '0 ${minuteOf(name)} 2 * * *'
  immediate: true
  method: plugin
  pluginConfiguration: { name: barman-cloud.cloudnative-pg.io }
  cluster: { name: ${name}-db }
  backupOwnerReference: self
`;
}

/** Not all at once, and the same when another service is added. */
function minuteOf(name: string): number {
  return [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 60, 0);
}

function client(name: string): string {
  const authority = 'sslmode=verify-full&sslrootcert=/run/mesh/database-ca/ca.crt';
  const head =
    '# User and password are made by the operator, without a character that means something in a URL.\n';
  return (
    head +
    podPatch(
      `
containers:
  - name: app
    env:
      - name: PGUSER
        valueFrom: { secretKeyRef: { name: ${name}-db-app, key: username } }
      - name: PGPASSWORD
        valueFrom: { secretKeyRef: { name: ${name}-db-app, key: password } }
      - name: DATABASE_URL
        value: postgres://$(PGUSER):$(PGPASSWORD)@${name}-db-rw:5432/${sqlName(name)}?${authority}
    volumeMounts:
      - { name: database-ca, mountPath: /run/mesh/database-ca, readOnly: true }
volumes:
  - name: database-ca
    secret:
      secretName: ${name}-db-ca
      items: [{ key: ca.crt, path: ca.crt }]`.trimStart(),
    )
  );
}
