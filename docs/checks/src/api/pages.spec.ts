import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { expect, it, onTestFinished, vi } from 'vitest';
import { publicEntries } from './entries.js';
import { writeApiPages } from './pages.js';

it('the pages of a lib are under its name, link to how-tos, and load nothing from elsewhere', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => void vi.restoreAllMocks());
  const { path: folder, remove } = temporaryFolder();
  onTestFinished(remove);
  const entries = publicEntries(root).filter(({ lib }) => lib === 'envelope');
  await writeApiPages({ entries, tsconfig: 'libs/envelope/tsconfig.json', folder });

  const pages = new Map(
    globSync('**/*.html', { cwd: folder }).map((path) => [
      path.replaceAll('\\', '/'),
      readFileSync(join(folder, path), 'utf8'),
    ]),
  );
  expect([...pages.keys()]).toEqual(
    expect.arrayContaining([
      'index.html',
      expect.stringMatching(/^modules\/.*envelope\.html$/),
      expect.stringMatching(/^functions\/.*envelope\.toKafka\.html$/),
      expect.stringMatching(/^documents\/.*add-an-event\.html$/),
    ]),
  );
  expect(pages.get('index.html')).toMatch(/href="documents\/[^"]*first-hour/);
  const loaded = [...pages.values()].flatMap(
    (page) => page.match(/<(?:script|link|img)[^>]*>/g) ?? [],
  );
  expect(loaded.filter((tag) => /(?:src|href)="(?:https?:)?\/\//.test(tag))).toEqual([]);
  expect([...warn.mock.calls, ...error.mock.calls]).toEqual([]);
});
