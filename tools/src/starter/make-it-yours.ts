// Runs the generators on this workspace, which is a copy of one, in one process; a person runs Nx for each. With
// `rename` it is renamed at the end, and only the code of the protos is made anew.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import { loadGenerator } from '../../generators/load.mjs';
import { makeAnew } from '../generators/kit/workspace.js';
import { relink } from '../generators/rename/relink.js';
import { renameWorkspace } from '../generators/rename/rename-workspace.js';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';
import { ownName, wishes, type Wish } from './wishes.js';

const withRename = process.argv[2] === 'rename';
const tree = new FsTree(root, false);
for (const wish of wishes.filter(({ generator }) => generator in known()))
  await timed(titleOf(wish), () => generate(wish));
const renamed = withRename
  ? await timed(`rename ${ownName.name}`, async () => renameWorkspace(tree, ownName))
  : undefined;
flushChanges(root, tree.listChanges());
if (renamed) relink(renamed.from.scope, renamed.to.scope);
await timed('npm run generate', withRename ? makeCode : makeAnew);

function known(): object {
  return json<{ generators: object }>('tools/generators.json').generators;
}

/** With the defaults that Nx takes from the schema. */
async function generate({ generator, options }: Wish): Promise<void> {
  const { properties } = json<{ properties: Record<string, { default?: unknown }> }>(
    `tools/src/generators/${generator}/schema.json`,
  );
  const defaults = Object.entries(properties).flatMap(([name, property]) =>
    property.default === undefined ? [] : [[name, property.default] as const],
  );
  await (
    await loadGenerator(generator)
  )(tree, { ...Object.fromEntries(defaults), ...options });
}

async function makeCode(): Promise<void> {
  const { code, output } = await runProgram('buf', ['generate']);
  if (code !== 0) throw new Error(`buf generate failed:\n${output}`);
}

async function timed<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  const result = await work();
  console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(8)} s  ${title}`);
  return result;
}

function titleOf({ generator, options }: Wish): string {
  return [generator, ...Object.values(options)].join(' ');
}

function json<Content>(path: string): Content {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Content;
}
