import { describe, expect, it } from 'vitest';
import { blocksOf } from './blocks.js';
import { markFindings, type Surroundings } from './marks.js';

const around: Surroundings = {
  scripts: { start: 'node tools/run.mjs start.ts', 'check:chaos': 'node tools/run.mjs chaos.ts' },
  stages: ['unit', 'e2e'],
  read: (path) =>
    path === 'page.spec.ts'
      ? "readFileSync('page.md')"
      : path === 'a.spec.ts'
        ? "run('npm', ['start']); // chaos.ts, kustomize"
        : undefined,
  exists: (path) => ['a.spec.ts', 'page.spec.ts', 'libs/a'].includes(path),
};
const findings = (mark: string, commands: string, language = 'sh') =>
  markFindings(
    blocksOf({ path: 'page.md', text: `${mark}\n\n\`\`\`${language}\n${commands}\n\`\`\`\n` }),
    around,
  );

describe('markFindings', () => {
  it.each([
    ['<!-- run -->', 'anything'],
    ['<!-- needs: docker -->', 'docker build .'],
    [
      '<!-- run by: a.spec.ts -->',
      'PORT=1 npm start   # begins\nnpm run check:chaos -- --minutes 1',
    ],
    ['<!-- run by: a.spec.ts -->', 'kubectl kustomize k8s'],
    ['<!-- run by: page.spec.ts -->', 'whatever the page says'],
    [
      '<!-- run by: npm test -->',
      'npm test -- unit libs/a\nA=1 npm test -- e2e\nnpx vitest run --project unit libs/a',
    ],
  ])('given %s over %j, then finds nothing', (mark, commands) => {
    expect(findings(mark, commands)).toEqual([]);
  });

  it.each([
    [
      '',
      'ls',
      'page.md:3: It has no mark: <!-- run -->, <!-- run by: FILE --> or <!-- needs: WHAT -->',
    ],
    ['<!-- needs: luck -->', 'ls', 'page.md:3: It needs "luck", which is none of: a cluster'],
    ['<!-- run by: b.ts -->', 'npm start', 'page.md:3: There is no b.ts'],
    ['<!-- run by: a.spec.ts -->', 'npm test', 'page.md:3: None of a.spec.ts runs: npm test'],
    [
      '<!-- run by: npm test -->',
      'npm test -- speed',
      'page.md:3: None of npm test runs: npm test -- speed',
    ],
    ['<!-- run by: npm test -->', 'npm test -- unit libs/b', 'page.md:3: None of npm test runs'],
  ])('given %s over %j, then: %s', (mark, commands, finding) => {
    expect(findings(mark, commands)[0]).toContain(finding);
  });

  it('given commands in a block of no language, then asks for one', () => {
    expect(findings('', '$ npm start', '')).toEqual([
      'page.md:3: It has commands: call it sh, or console with what they print',
    ]);
    expect(findings('', 'npm start', 'text')).toHaveLength(1);
    expect(findings('', 'a: diagram', '')).toEqual([]);
  });

  it('given a console in which nobody types, then says so', () => {
    expect(findings('<!-- run -->', 'npm start', 'console')).toEqual([
      'page.md:3: It is a console without a line that begins with $',
    ]);
  });
});
