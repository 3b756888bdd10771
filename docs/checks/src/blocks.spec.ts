import { describe, expect, it } from 'vitest';
import { blocksOf, commandsOf } from './blocks.js';

const page = (text: string) => blocksOf({ path: 'docs/page.md', text });

describe('blocksOf', () => {
  it('given a fence in a list, then takes its indentation away and tells its line', () => {
    const [block] = page(
      '1. First\n\n   <!-- run -->\n\n   ```sh\n   npm test\n     more\n   ```\n',
    );
    expect(block).toEqual({
      ...{ path: 'docs/page.md', line: 5, language: 'sh' },
      ...{ text: 'npm test\n  more\n', mark: { kind: 'run' } },
    });
  });

  it.each([
    ['<!-- run -->', { kind: 'run' }],
    [
      '<!-- run by: a.spec.ts, npm test -->',
      { kind: 'run by', runners: ['a.spec.ts', 'npm test'] },
    ],
    ['<!-- needs: docker -->\n<!-- example -->', { kind: 'needs', what: 'docker' }],
    ['<!-- run -->\n\nText between', undefined],
    ['', undefined],
  ])('given %j above it, then that is its mark', (above, mark) => {
    expect(page(`${above}\n\n\`\`\`sh\nls\n\`\`\`\n`)[0]?.mark).toEqual(mark);
  });
});

describe('commandsOf', () => {
  it('given a script, then joins its lines and drops comments', () => {
    const text = "npm start   # begins\n# alone\ncurl -d '{}' \\\n  url\n";
    expect(commandsOf({ language: 'sh', text })).toEqual(['npm start', "curl -d '{}' url"]);
  });

  it('given what a terminal shows, then takes what was typed', () => {
    const text = '$ npm run mesh -- outbox status\nSERVICE  MODE\n';
    expect(commandsOf({ language: 'console', text })).toEqual(['npm run mesh -- outbox status']);
  });
});
