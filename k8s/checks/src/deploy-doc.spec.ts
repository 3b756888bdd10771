import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { expect, test } from 'vitest';

/** Run by the other tests of this folder and of tools/src/k8s. */
const runHere = new Set([
  'npm run k8s -- secrets local',
  'npm run k8s -- secrets production',
  'npm run k8s -- check production',
  'npm test -- k8s',
  'kubectl kustomize k8s/overlays/local',
  'kubectl kustomize k8s/overlays/production',
]);
const text = readFileSync(join(root, 'docs/how-to/deploy.md'), 'utf8');
const blocks = [...text.matchAll(/^( *)```sh\n(.*?)^\1```$/gms)].map(([, indent = '', body = '']) =>
  body
    .split('\n')
    .map((line) => line.slice(indent.length))
    .filter(Boolean),
);

test('each command of docs/how-to/deploy.md is run here or marked', () => {
  expect(blocks.length).toBeGreaterThan(5);
  for (const [mark, ...commands] of blocks) {
    expect(['# run here', '# needs a cluster']).toContain(mark);
    if (mark === '# run here') for (const command of commands) expect(runHere).toContain(command);
  }
});

test('each file and name of k8s/ in docs/how-to/deploy.md is there', () => {
  const paths = [...text.matchAll(/`(k8s\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(paths.length).toBeGreaterThan(3);
  for (const path of paths) expect(() => readFileSync(join(root, path))).not.toThrow(/ENOENT/);
});
