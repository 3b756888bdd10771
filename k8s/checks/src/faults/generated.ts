import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { parseAllDocuments } from 'yaml';
import { deliberate } from '../deliberate.js';
import { titleOf, type Manifest } from '../manifest.js';
import type { Rule } from './rule.js';

/**
 * What is made from code (policies, topics, users and their rights, queues, rules of alerts) is rendered as it was
 * made, all of a component that is taken, and nothing more of its kind. That the files are as the code says is
 * `npm run mesh -- manifests check`.
 */
export const generated: Rule = ({ manifests, components }) => {
  const all = madeFromCode();
  const made = new Map(all.map(({ manifest }) => [titleOf(manifest), manifest]));
  const found = new Map(manifests.map((manifest) => [titleOf(manifest), manifest]));
  // There are ConfigMaps of many kinds.
  const kinds = new Set(all.map(({ manifest }) => manifest.kind).filter((k) => k !== 'ConfigMap'));
  const changed = [...found].flatMap(([title, manifest]) => {
    const expected = made.get(title);
    if (deliberate.has(title)) return [];
    if (expected === undefined)
      return kinds.has(manifest.kind) ? [`${title}: is not made from code`] : [];
    return differences(expected, manifest).map((fault) => `${title}: ${fault}`);
  });
  const missing = all
    .filter(({ component }) => components.includes(component))
    .map(({ manifest }) => titleOf(manifest))
    .filter((title) => !found.has(title))
    .map((title) => `${title}: is nowhere`);
  return [...changed, ...missing];
};

interface Made {
  readonly component: string;
  readonly manifest: Manifest;
}

let files: readonly Made[] | undefined;

/** Files below k8s/components that say so at their head. */
function madeFromCode(): readonly Made[] {
  const folder = join(root, 'k8s/components');
  if (!existsSync(folder)) return [];
  return (files ??= globSync('*/*.yaml', { cwd: folder }).flatMap((path) => {
    const text = readFileSync(join(folder, path), 'utf8');
    if (!text.startsWith('# Made from')) return [];
    return parseAllDocuments(text)
      .map((document) => document.toJS() as Manifest)
      .filter(({ kind }) => kind !== undefined)
      .map((manifest) => ({ component: path.split('/')[0] ?? '', manifest }));
  }));
}

function differences(made: Manifest, found: Manifest): string[] {
  const labels = Object.entries(made.metadata.labels ?? {}).flatMap(([name, value]) =>
    differing(value, found.metadata.labels?.[name], `label ${name}`),
  );
  return [
    ...labels,
    ...differing(made.spec, found.spec, '/spec'),
    ...differing(made.data, found.data, '/data'),
  ];
}

/** Where the two differ, down to the field. */
function differing(made: unknown, found: unknown, at: string): string[] {
  if (isTree(made) && isTree(found) && Array.isArray(made) === Array.isArray(found)) {
    const keys = new Set([...Object.keys(made), ...Object.keys(found)]);
    return [...keys].flatMap((key) => differing(made[key], found[key], `${at}/${key}`));
  }
  return made === found ? [] : [`${at} is ${shown(found)}, and ${shown(made)} in the code`];
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
