import { root } from '@mesh/tools/root';
import { describe, expect, it } from 'vitest';
import { around } from './around.js';
import { blocksOf } from './blocks.js';
import { linkFindings } from './links.js';
import { markFindings } from './marks.js';
import { readPages } from './pages.js';

const pages = readPages(root);

describe('the pages of this project', () => {
  it('are found', () => {
    expect(pages.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['README.md', 'docs/architecture.md', 'k8s/README.md']),
    );
  });

  it('have a mark over each block of commands that is true', () => {
    expect(markFindings(pages.flatMap(blocksOf), around)).toEqual([]);
  });

  it('link to what is there', () => {
    expect(linkFindings(pages, around)).toEqual([]);
  });
});
