import type { Tree } from '@nx/devkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { changesOf, workspaceTree } from '../kit/testing.js';
import generate from './generator.js';

let tree: Tree;
beforeEach(() => void (tree = workspaceTree()));

const quarry = { name: 'quarry', aggregate: 'stone' };
const text = (path: string) => tree.read(path, 'utf8') ?? '';

describe('a service', () => {
  it('has its layers, tests, descriptor and contracts', async () => {
    await generate(tree, quarry);
    expect(text('apps/quarry/src/main.ts')).toContain(
      `await bootstrap(QuarryModule, configSchema, { name: 'quarry', grpc: [QuarryServiceService] });`,
    );
    expect(JSON.parse(text('apps/quarry/service.json'))).toEqual({
      $schema: '../../tools/schemas/service.schema.json',
      grpc: true,
      database: true,
    });
    expect(text('apps/quarry/src/quarry.module.ts')).toContain(
      'const useCases = [CreateStone, GetStone];',
    );
    expect(text('apps/quarry/src/use-cases/create-stone.ts')).toContain(
      'await tx.append([StoneCreated.with({ ...data, occurredAt })]);',
    );
    expect(text('libs/contracts/src/catalog/quarry.ts')).toContain(
      `export const StoneCreated = event(`,
    );
    expect(text('libs/contracts/src/errors/index.ts')).toContain('  ...quarry,\n} as const;');
    expect(text('proto/mesh/quarry/v1/quarry_service.proto')).toContain('service QuarryService');
  });

  it('is in package-lock.json, where npm would have it', async () => {
    await generate(tree, quarry);
    const lock = text('package-lock.json');
    expect(JSON.parse(lock).packages['apps/quarry']).toEqual({
      name: '@mesh/quarry',
      version: '0.0.0',
    });
    const keys = Object.keys(JSON.parse(lock).packages);
    expect(keys).toEqual([...keys].sort((a, b) => a.localeCompare(b, 'en')));
  });

  it('has manifests of its own: base, images, the mesh in containers', async () => {
    await generate(tree, quarry);
    expect(text('k8s/base/quarry/quarry.yaml')).toContain('name: quarry-migrate-TAG');
    expect(text('k8s/release/kustomization.yaml')).toMatch(/name: mesh\/quarry, newTag: \d/);
    expect(text('k8s/overlays/production/kustomization.yaml')).toContain(
      'newName: registry.example/mesh/quarry }',
    );
    expect(text('compose.yaml')).toContain('image: mesh/quarry\n');
  });

  it('given it is there, then nothing changes, also what was written by hand', async () => {
    await generate(tree, quarry);
    tree.write('apps/quarry/src/use-cases/get-stone.ts', '// mine\n');
    const once = changesOf(tree);
    await generate(tree, quarry);
    expect(changesOf(tree)).toEqual(once);
  });

  it('given words, then has each form of them where it belongs', async () => {
    await generate(tree, { name: 'spare-parts' });
    expect(text('apps/spare-parts/src/domain/spare-part.ts')).toContain(
      'export interface SparePart {',
    );
    expect(text('apps/spare-parts/src/outbound/migrations/001_spare_parts.ts')).toContain(
      'create table spare_parts (\n        spare_part_id uuid primary key',
    );
    expect(text('proto/mesh/spare_parts/v1/spare_parts_service.proto')).toContain(
      'package mesh.spare_parts.v1;',
    );
    expect(text('apps/spare-parts/src/main.ts')).toContain(`from '@mesh/contracts/spare_parts'`);
  });

  it('given no database, then owns nothing and tells nothing', async () => {
    await generate(tree, { name: 'pricing', database: false });
    const paths = [...changesOf(tree).keys()].filter((path) => path.startsWith('apps/'));
    expect(paths.filter((path) => /domain|outbound|use-cases/.test(path))).toEqual([]);
    expect(text('apps/pricing/src/config.ts')).not.toContain('databaseConfig');
    expect(tree.exists('libs/contracts/src/catalog/pricing.ts')).toBe(false);
  });

  it('given no events, then has no outbox', async () => {
    await generate(tree, { ...quarry, events: false });
    const texts = [...changesOf(tree)].filter(([path]) => path.startsWith('apps/quarry/'));
    expect(texts.filter(([, content]) => /outbox|append/i.test(content ?? ''))).toEqual([]);
  });

  it('given HTTP, then serves it', async () => {
    await generate(tree, { ...quarry, http: true });
    expect(text('apps/quarry/src/inbound/stones.http.controller.ts')).toContain(
      `@Controller('v1/stones')`,
    );
    expect(text('apps/quarry/src/quarry.module.ts')).toContain(
      'controllers: [QuarryGrpcController, StonesHttpController]',
    );
    expect(text('apps/quarry/service.json')).toContain('"http": true');
  });
});

describe('what is refused', () => {
  it.each([
    [{ name: 'Quarry' }, '"Quarry" is not kebab-case: give quarry'],
    [{ name: 'my service' }, '"my service" is not kebab-case: give my-service'],
    [{ name: 'gateway' }, 'The name gateway is reserved: choose another one'],
    [{ name: 'class' }, 'The name class is reserved: choose another one'],
    [{ name: '7-eleven' }, '"7-eleven" is no name'],
    [{ name: 'a'.repeat(31) }, 'has 31 characters: give at most 30'],
    [{ name: 'quarry', aggregate: 'event' }, 'The name event is reserved: give another one as'],
    [
      { name: 'quarry', aggregate: 'sheep', plural: 'sheep' },
      'Several of sheep need another name: give one as --plural',
    ],
    [
      { name: 'quarry', database: false, events: true },
      'Events are appended in a transaction of the database: give --database, or --no-events',
    ],
  ])('%o', async (options, message) => {
    await expect(generate(tree, options)).rejects.toThrow(message);
    expect(changesOf(tree).size).toBe(0);
  });

  it('a folder that something else made', async () => {
    tree.write('apps/quarry/notes.txt', 'mine');
    await expect(generate(tree, quarry)).rejects.toThrow(
      'There is a folder apps/quarry already: choose another name for the service',
    );
  });
});
