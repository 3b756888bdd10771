import { expect, it } from 'vitest';
import { addWorkspace, removeWorkspace } from './lock-file.js';
import { workspaceTree } from './testing.js';

it('given a folder that comes and goes, then the lock is as it was', () => {
  const tree = workspaceTree();
  const before = tree.read('package-lock.json', 'utf8');
  tree.write('apps/lending/package.json', '{ "name": "@mesh/lending", "version": "0.0.0" }');
  addWorkspace(tree, 'apps/lending');
  expect(tree.read('package-lock.json', 'utf8')).toContain(`    "node_modules/@mesh/lending": {
      "resolved": "apps/lending",
      "link": true
    },`);
  removeWorkspace(tree, 'apps/lending');
  expect(tree.read('package-lock.json', 'utf8')).toBe(before);
});
