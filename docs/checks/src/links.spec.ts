import { describe, expect, it } from 'vitest';
import { linkFindings } from './links.js';

const files: Record<string, string> = {
  'docs/a.md': '# The first\n\n## What `npm run x` does: all\n',
  'docs/b.md': '',
  'libs/x/src': '',
  'libs/y/src': '',
};
const tree = { exists: (path: string) => path in files, read: (path: string) => files[path] };
const findings = (text: string, path = 'docs/b.md') => linkFindings([{ path, text }], tree);

describe('linkFindings', () => {
  it.each([
    '[one](a.md), [anchor](a.md#what-npm-run-x-does-all), [there](https://example.com/a)',
    '`libs/{x,y}/src`, `libs/<name>/src`, `not/of/the/project`',
    '```sh\n[no link](z.md)\n```\n',
  ])('given %j, then finds nothing', (text) => {
    expect(findings(text)).toEqual([]);
  });

  it.each([
    ['[one](z.md)', 'docs/b.md: It links to docs/z.md, which is not there'],
    [
      '[one](a.md#nowhere)',
      'docs/b.md: It links to docs/a.md#nowhere, a heading that is not there',
    ],
    ['[here](#nowhere)', 'docs/b.md: It links to docs/b.md#nowhere, a heading that is not there'],
    ['see `libs/{x,z}/src`', 'docs/b.md: It names libs/z/src, which is not there'],
  ])('given %j, then: %s', (text, finding) => {
    expect(findings(text)).toEqual([finding]);
  });

  it('given a page that tells of what was, then lets its paths be', () => {
    expect(findings('`libs/gone`', 'docs/adr/0001-a.md')).toEqual([]);
  });
});
