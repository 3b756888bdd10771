import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { adrIndex } from './adr-index.js';
import { replacePart, staleMade } from './pages.js';

it('what is made of pages is as the code says: npm run generate -- docs', async () => {
  expect(await staleMade()).toEqual([]);
});

it('a part is made anew between its comments', () => {
  const page = 'a\n<!-- x: made -->\n\nold\n\n<!-- /x -->\nb\n';
  expect(replacePart(page, 'x', 'new')).toBe('a\n<!-- x: made -->\n\nnew\n\n<!-- /x -->\nb\n');
  expect(() => replacePart(page, 'y', 'new')).toThrow('The page has no place for y');
});

it('the index of decisions has a line each, and refuses one without a title', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-adr-'));
  try {
    writeFileSync(join(folder, '0001-a.md'), '# 0001: A | b\n\nDate: x. Status: replaced by 2.\n');
    expect(adrIndex(folder)).toContain('| [0001](0001-a.md) | A \\| b | replaced by 2 |');
    writeFileSync(join(folder, '0002-b.md'), '# B\n');
    expect(() => adrIndex(folder)).toThrow(
      'docs/adr/0002-b.md does not begin with "# 0002: title"',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
