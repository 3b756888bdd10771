import { describe, expect, it } from 'vitest';
import { optionFindings, optionsReadIn, untoldFindings } from './options.js';

const helps = new Map([
  ['bench', '--rounds N'],
  ['mesh outbox', '--from start|end  --dry-run'],
]);
const findings = (text: string) =>
  optionFindings([{ path: 'a.md', text }], ['bench', 'mesh', 'format', 'test'], helps);

describe('optionFindings', () => {
  it('given options that helps know, then finds nothing', () => {
    expect(
      findings('`npm run bench -- relay --rounds 9` npm run mesh -- outbox reset --from=end'),
    ).toEqual([]);
    expect(findings('npm test -- unit libs/a; npm run mesh -- COMMAND --help')).toEqual([]);
  });

  it.each([
    ['npm run benhc', 'a.md: There is no npm script benhc'],
    ['npm run bench -- --round 9', 'a.md: The help of bench does not know --round'],
    [
      '`npm run -s mesh -- outbox reset --dry`',
      'a.md: The help of mesh outbox does not know --dry',
    ],
    ['npm run mesh -- inbox --all', 'a.md: npm run mesh inbox has no help'],
  ])('given %j, then: %s', (text, finding) => {
    expect(findings(text)).toEqual([finding]);
  });
});

describe('optionsReadIn', () => {
  it('reads what parseArgs is given, and dashed texts', () => {
    const code = `const known = { ...{ service: text, 'dry-run': flag }, help: { ...flag, short: 'h' } };
      if (args.includes('--sound')) { parseArgs({ options: { minutes: { type: 'string' } } }); }`;
    expect(optionsReadIn(code)).toEqual([
      '--service',
      '--dry-run',
      '--help',
      '--minutes',
      '--sound',
    ]);
  });

  it('given one that the help does not tell, then names it', () => {
    expect(untoldFindings('x', "{ type: 1, rounds: { type: 'string' } }", '--round N')).toEqual([
      'The help of x does not tell of --rounds',
    ]);
  });
});
