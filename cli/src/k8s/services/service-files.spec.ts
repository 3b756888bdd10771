import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inventedServices } from '@mesh/tools/services/invented';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { blocksOf, withBlock } from './blocks.js';
import { factsOf } from './facts.js';
import { abandonedFiles, serviceFiles } from './service-files.js';

const log = { name: 'mesh.clerk.v1', kind: 'log', format: 'protobuf' } as const;
const services = factsOf(inventedServices, [
  { service: 'clerk', publishes: [log], groups: [] },
  { service: 'door', publishes: [], groups: [{ name: 'door', stream: log, shared: 'one' }] },
] as unknown as Parameters<typeof factsOf>[1]);

const folder = temporaryFolder();
afterAll(() => folder.remove());
const workspace = folder.path;
const place = (name: string) =>
  `# made for ${name} by \`npm run mesh -- manifests write\`\nold\n# end of what is made for ${name}\n`;
for (const path of ['kafka', 'rabbitmq', 'postgres', 'tls'])
  mkdirSync(join(workspace, 'k8s/components', path), { recursive: true });
mkdirSync(join(workspace, 'k8s/overlays/production/servers-elsewhere'), { recursive: true });
for (const [path, blocks] of Map.groupBy(blocksOf(services), (block) => block.path)) {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), blocks.map(({ name }) => place(name)).join(''));
}

describe('the files of services', () => {
  const made = new Map(serviceFiles(workspace, services));
  const text = (path: string) => made.get(path) ?? '';

  it('given what services have, then each component has those that need it', () => {
    const targets = (component: string) => {
      const { patches = [] } = parse(text(`k8s/components/${component}/kustomization.yaml`)) as {
        patches?: { path: string; target: { name?: string } }[];
      };
      return patches.map(({ path, target }) => `${path} ${target.name ?? ''}`.trim());
    };
    expect(targets('kafka')).toEqual([
      'client.yaml (clerk|door)(-migrate-.*)?',
      'client-clerk.yaml clerk(-migrate-.*)?',
      'client-door.yaml door(-migrate-.*)?',
    ]);
    expect(targets('rabbitmq')).toEqual([
      'no-client.yaml (clerk|counter|hooks|door)(-migrate-.*)?',
    ]);
    expect(targets('postgres')).toEqual([
      'cluster.yaml',
      'client-clerk.yaml clerk(-migrate-.*)?',
      'client-counter.yaml counter(-migrate-.*)?',
    ]);
    expect(targets('tls')).toEqual([
      'rabbitmq.yaml mesh-rabbitmq',
      'grpc.yaml (clerk|counter|door)(-migrate-.*)?',
      'probes.yaml clerk|counter',
      'files-clerk.yaml clerk(-migrate-.*)?',
      'files-counter.yaml counter(-migrate-.*)?',
      'files-door.yaml door(-migrate-.*)?',
      'amqps.yaml',
    ]);
  });

  it('given files with places, then they have the variables of each service there', () => {
    expect(text('k8s/base/door/config.env').split('\n').slice(1, -2)).toEqual([
      'PORT=3000',
      'CLERK_GRPC_ADDRESS=dns:///clerk:50051',
      'COUNTER_GRPC_ADDRESS=dns:///counter:50051',
      'OPERATIONS_URLS=clerk=http://clerk:9090,counter=http://counter:9090,hooks=http://hooks:9090',
    ]);
    expect(text('compose.yaml')).toContain('postgres:5432/mesh_counter\n');
    expect(text('compose.yaml')).not.toContain('old');
  });

  it('given a text without the place, then says which lines make one', () => {
    const block = { path: 'compose.yaml', name: 'clerk', lines: [] };
    expect(() => withBlock('services:\n', block)).toThrow(
      'compose.yaml has no place for what is made for clerk. Give it one:\n# made for clerk by',
    );
  });

  it('given a file of a service that is gone, then it is abandoned; one that somebody wrote is not', () => {
    const kafka = join(workspace, 'k8s/components/kafka');
    writeFileSync(join(kafka, 'client-gone.yaml'), text('k8s/components/kafka/client-clerk.yaml'));
    writeFileSync(join(kafka, 'cluster.yaml'), 'kind: Kafka\n');
    expect(abandonedFiles(workspace, [...made])).toEqual(['k8s/components/kafka/client-gone.yaml']);
    expect(readFileSync(join(kafka, 'cluster.yaml'), 'utf8')).toBe('kind: Kafka\n');
  });
});
