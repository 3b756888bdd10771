import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { findFaults } from './find-faults.js';
import type { Manifest } from './manifest.js';
import { mistakes as ofServices } from './mistakes.js';
import { componentMistakes } from './component-mistakes.js';
import { ManifestTree, missingForKubectl } from './render.js';

const missing = missingForKubectl();
if (missing !== null) console.warn(`The manifests of k8s/ are not checked: ${missing}`);
const componentFolder = join(root, 'k8s/components');
const components = existsSync(componentFolder)
  ? readdirSync(componentFolder).filter((name) =>
      existsSync(join(componentFolder, name, 'kustomization.yaml')),
    )
  : [];

const mistakes = [...ofServices, ...componentMistakes];

/** Components that need what others make. */
const needed: Readonly<Record<string, readonly string[]>> = {
  tls: ['rabbitmq'],
  autoscaling: ['kafka'],
};

describe.skipIf(missing !== null)('the manifests', () => {
  const tree = new ManifestTree();
  const production = once(async () => {
    const rendered = await tree.render('overlays/production');
    return [...rendered, ...madeFromCode().filter((one) => !isAmong(rendered, one))];
  });
  afterAll(() => tree.remove());

  test.each(['local', 'production'])('of the overlay %s hold against the code', async (overlay) => {
    const path = `overlays/${overlay}`;
    const components = tree.componentsOf(path);
    expect(await findFaults(await tree.render(path), components)).toEqual([]);
  });

  test.each(components)('of the component %s hold on a base alone', async (component) => {
    const taken = [...(needed[component] ?? []), component];
    const own = tree.addOverlay(
      `alone/${component}`,
      taken.map((name) => `../../components/${name}`),
    );
    expect(await findFaults(await tree.render(own), taken)).toEqual([]);
  });

  test.each(mistakes)('given $what, then it is told', async ({ kind, name, instead, fault }) => {
    const manifests = await production();
    const at = manifests.findIndex(
      (one) => one.kind === kind && one.metadata.name.startsWith(name),
    );
    const before = JSON.stringify(manifests[at]);
    const after = before.replace(...instead);
    expect(after).not.toBe(before);
    const spoilt = manifests.with(at, JSON.parse(after) as Manifest);
    const components = tree.componentsOf('overlays/production');
    expect(await findFaults(spoilt, components)).toContain(fault);
  });

  test('given several mistakes, then all are told at once', async () => {
    // A scaler of something else would say nothing of the deployment.
    const chosen = mistakes.filter(
      ({ kind, name }) => name === 'gateway' && kind !== 'HorizontalPodAutoscaler',
    );
    const spoilt = (await production()).map((manifest) => {
      const of = chosen.filter(
        ({ kind, name }) => kind === manifest.kind && name === manifest.metadata.name,
      );
      const text = of.reduce((so, { instead }) => so.replace(...instead), JSON.stringify(manifest));
      return JSON.parse(text) as Manifest;
    });
    const faults = await findFaults(spoilt);
    expect(faults).toEqual(expect.arrayContaining(chosen.map(({ fault }) => fault)));
  });

  test('given a service without its policy of disruptions, then it is told', async () => {
    const less = (await production()).filter(
      ({ kind, metadata }) => kind !== 'PodDisruptionBudget' || metadata.name !== 'order',
    );
    expect(await findFaults(less)).toContain('PodDisruptionBudget order: is nowhere');
  });

  test('given none of what a component that is taken has from code, then all of it is told', async () => {
    const made = madeFromCode();
    const less = (await production()).filter((one) => !isAmong(made, one));
    const told = made.map(({ kind, metadata }) => `${kind} ${metadata.name}: is nowhere`);
    expect(told.length).toBeGreaterThan(50);
    const components = ['network-policies', 'kafka', 'rabbitmq'];
    expect(await findFaults(less, components)).toEqual(expect.arrayContaining(told));
  });
});

describe.skipIf(missing !== null)('rendering fails and says why', () => {
  let tree: ManifestTree;
  beforeEach(() => void (tree = new ManifestTree()));
  afterEach(() => tree.remove());

  test('given no secret of the overlay local', async () => {
    tree.delete('overlays/local/secrets/order.env');
    await expect(tree.render('overlays/local')).rejects.toThrow(
      /overlays\/local can not be rendered: .*overlays\/local\/secrets\/order\.env: no such file/,
    );
  });

  test('given no secret of the overlay production', async () => {
    tree.delete('overlays/production/secrets/cursor-secret');
    await expect(tree.render('overlays/production')).rejects.toThrow(
      /production\/secrets\/cursor-secret: no such file/,
    );
  });

  test('given a component that is not there', async () => {
    const own = tree.addOverlay('alone/none', ['../../components/kafak']);
    await expect(tree.render(own)).rejects.toThrow(/components\/kafak/);
  });
});

/** Policies, topics and users, also those that the overlay leaves out. */
function madeFromCode(): Manifest[] {
  return ['network-policies/policies', 'kafka/topics', 'kafka/users', 'rabbitmq/topology']
    .map((name) => readFileSync(join(componentFolder, `${name}.yaml`), 'utf8'))
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest));
}

function isAmong(manifests: readonly Manifest[], { kind, metadata }: Manifest): boolean {
  return manifests.some((one) => one.kind === kind && one.metadata.name === metadata.name);
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
