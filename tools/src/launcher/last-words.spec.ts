import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { lastWords } from './last-words.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const fatal = (message: string) =>
  JSON.stringify({
    ...{ level: 'fatal', service: 'order', err: { type: 'Error', message, stack: 'at …' } },
    msg: 'The service could not start',
  });

function said(from: number, ...lines: string[]): string {
  const file = join(folder.path, 'service.log');
  writeFileSync(file, lines.join('\n') + '\n');
  return lastWords(file, from);
}

it('given a fatal line, then it is a sentence, whatever was said around it', () => {
  expect(said(0, '{"level":"info"}', fatal('No such port'), '{"level":"info"}')).toBe(
    'The service could not start: No such port',
  );
});

it('given a fatal line of an earlier start, then only what was said since counts', () => {
  const earlier = fatal('Naïve');
  expect(said(Buffer.byteLength(earlier) + 1, earlier, 'one', 'two')).toBe('one\ntwo');
});

it('given no fatal line, or one that was cut off, then the last 15 lines are left as they are', () => {
  const lines = Array.from({ length: 20 }, (_, n) => `line ${n}`);
  expect(said(0, ...lines)).toBe(lines.slice(5).join('\n'));
  const cut = fatal('No such port').slice(0, 40);
  expect(said(0, cut)).toBe(cut);
});
