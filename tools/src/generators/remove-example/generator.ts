import {
  type GeneratorCallback,
  readJson,
  type Tree,
  updateJson,
  visitNotIgnoredFiles,
} from '@nx/devkit';
import { removeWorkspace } from '../kit/lock-file.js';
import { edit, finish, writeTemplates } from '../kit/workspace.js';
import { readStarter, writeStarter } from '../rename/starter.js';
import { edits } from './edits.js';
import { examplePaths, exampleServices, keptEndToEnd, keptGatewayTests } from './example.js';
import { withoutExample } from './pages.js';
import { pathsOf } from './paths.js';

const change =
  '**Breaking**: the example (order, inventory, notifications) is taken away, with its paths, events and commands.';

/** Takes the example away; what is yours stays. */
export default async function removeExample(tree: Tree): Promise<GeneratorCallback> {
  if (readStarter(tree).exampleRemoved)
    return () => console.log('The example is gone already: nothing changed.');
  for (const path of examplePaths.flatMap((pattern) => pathsOf(tree, pattern))) tree.delete(path);
  for (const path of exampleTests(tree)) tree.delete(path);
  for (const folder of [...exampleServices.map((name) => `apps/${name}`), 'bench', 'chaos'])
    removeWorkspace(tree, folder);
  for (const { path, cut } of edits)
    edit(tree, path, (text) =>
      cut.reduce<string>(
        (so, one) =>
          one instanceof RegExp ? so.replace(one, '') : so.replace(...(one as [RegExp, string])),
        text,
      ),
    );
  forgetCalls(tree);
  writeTemplates(tree, { from: 'remove-example/files/e2e', to: 'apps/e2e/src', values: {} });
  writeTemplates(tree, { from: 'remove-example/files/k8s', to: 'k8s/checks/src', values: {} });
  cleanPages(tree);
  edit(tree, 'CHANGELOG.md', (text) => text.replace(/^## Unreleased\n/m, `$&\n- ${change}\n`));
  writeStarter(tree, { ...readStarter(tree), exampleRemoved: true });
  const generate = await finish(tree);
  return async () => {
    await generate();
    console.log(
      '\nThe example is gone. Next: npm test, and commit; npx nx g @mesh/tools:service NAME makes a service.',
    );
  };
}

/** Tests that need its services: of the gateway all that stand on doubles of them, and its whole story. */
function exampleTests(tree: Tree): readonly string[] {
  const folder = 'apps/gateway/test';
  const needs =
    /(?:order|inventory)-service\.double|gateway-fixture|live-resources|live-follower|operated-service|stalling-client/;
  const files = tree.children(folder).filter((name) => tree.isFile(`${folder}/${name}`));
  const ofExample = files.filter((name) => {
    const text = tree.read(`${folder}/${name}`, 'utf8') ?? '';
    return !keptGatewayTests.includes(name) && (needs.test(name) || needs.test(text));
  });
  const endToEnd = tree.children('apps/e2e/src').filter((name) => !keptEndToEnd.includes(name));
  return [
    ...ofExample.map((name) => `${folder}/${name}`),
    ...endToEnd.map((name) => `apps/e2e/src/${name}`),
    ...['manifests.spec.ts', 'compose.spec.ts'].map((name) => `k8s/checks/src/${name}`),
  ];
}

/** The gateway calls them no more. */
function forgetCalls(tree: Tree): void {
  const isExample = (name: string) => (exampleServices as readonly string[]).includes(name);
  interface Descriptor {
    calls?: string[];
    probe?: string[];
  }
  updateJson<Descriptor>(tree, 'apps/gateway/service.json', ({ calls = [], probe, ...rest }) => {
    const left = calls.filter((name) => !isExample(name));
    const asked = probe?.filter((path) => !/^\/v1\/(?:orders|stock)/.test(path));
    return {
      ...rest,
      ...(left.length > 0 && { calls: left }),
      ...(asked?.length && { probe: asked }),
    };
  });
  const project = readJson<{ targets: { serve: { dependsOn: { projects: string[] }[] } } }>(
    tree,
    'apps/gateway/project.json',
  );
  for (const one of project.targets.serve.dependsOn)
    one.projects = one.projects.filter((name) => !isExample(name));
  tree.write('apps/gateway/project.json', JSON.stringify(project, undefined, 2));
}

function cleanPages(tree: Tree): void {
  const pages: string[] = [];
  visitNotIgnoredFiles(tree, '.', (path) => {
    const unix = path.replaceAll('\\', '/');
    if (unix.endsWith('.md') && !/^(?:CHANGELOG\.md|docs\/adr\/|node_modules\/)/.test(unix))
      pages.push(unix);
  });
  for (const path of pages) edit(tree, path, (text) => withoutExample(tree, path, text));
}
