import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '@mesh/tools/root';
import { expect, it } from 'vitest';
import { generatorFindings } from './generators.js';
import { readPages } from './pages.js';

const manifest = join(root, 'tools/generators.json');
const { generators } = JSON.parse(readFileSync(manifest, 'utf8')) as {
  generators: Record<string, { schema: string }>;
};

it('the pages call generators by names and options that they have', () => {
  const known = Object.entries(generators).map(([name, { schema }]) => {
    const text = readFileSync(join(dirname(manifest), schema), 'utf8');
    const { properties } = JSON.parse(text) as { properties: Record<string, unknown> };
    return [name, Object.keys(properties)] as const;
  });
  expect(generatorFindings(readPages(root), new Map(known))).toEqual([]);
});

it.each([
  ['npx nx g @mesh/tools:event lending BookLent --fields a:string --any-name --dry-run', []],
  ['`npx nx g @mesh/tools:evnet`', ['a.md: There is no generator evnet']],
  ['nx g @mesh/tools:event a B --field a', ['a.md: The generator event does not know --field']],
])('given %j', (text, findings) => {
  const known = new Map([['event', ['fields', 'anyName']]]);
  expect(generatorFindings([{ path: 'a.md', text }], known)).toEqual(findings);
});
