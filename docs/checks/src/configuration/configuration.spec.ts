import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { docstringsIn } from './docstrings.js';
import { environment } from './environment.js';
import { defaultOf, formOf } from './form.js';
import { readSettings, type ServiceSettings } from './service-settings.js';
import { pageOf, settingsOf, undescribed } from './table.js';

describe('settings of services', () => {
  let all: readonly ServiceSettings[];
  beforeAll(async () => (all = await readSettings()));

  it('are found', () => {
    expect(all.length).toBeGreaterThan(0);
  });

  it('are all described where they are defined', () => {
    expect(undescribed(settingsOf(all))).toEqual([]);
  });
});

describe('the table', () => {
  const source = `export const configSchema = z.object({
    /** How long | it lasts. */
    KEEP: duration('7d'),
    API_KEY: z.string(),
  });`;
  const schema = z.object({
    KEEP: z.string().prefault('7d'),
    API_KEY: z.string().default('hidden'),
  });
  const one = { service: 'one', schema, sources: [source] };
  const other = {
    service: 'other',
    schema: z.object({ KEEP: schema.shape.KEEP }),
    sources: [source],
  };

  it('has a key once, with its services, and no default of a secret', () => {
    const settings = settingsOf([one, other]);
    const page = pageOf(settings, ['one', 'other'], []);
    expect(page).toContain('| `KEEP` | How long \\| it lasts. | text | `7d` | all |');
    expect(page).toContain('| `API_KEY` |  | text (secret) | – | one |');
    expect(undescribed(settings)).toEqual(['API_KEY']);
  });

  it('reads comments of one line and of several', () => {
    expect(docstringsIn('const a = {\n/**\n * One\n * two.\n */\nA_B: 1,\nC: 2, d: 3 };')).toEqual(
      new Map([['A_B', 'One two.']]),
    );
  });

  it.each([
    [z.coerce.number().int().min(1).max(65_535).default(7), 'whole number, 1 to 65,535', '`7`'],
    [z.enum(['a', 'b']).optional(), '`a`, `b`', '–'],
    [z.stringbool().default(true), '`true`, `false`', '`true`'],
    [z.url({ error: 'a URL' }), 'a URL', 'required'],
    [z.string(), 'text', 'required'],
  ])('tells form and default of a schema', (schema, form, fallback) => {
    expect([formOf(schema), defaultOf(schema)]).toEqual([form, fallback]);
  });
});

describe('variables of launcher, command lines and tests', () => {
  it('are all in the list', () => {
    const files = globSync('{tools,cli,bench,chaos,apps/e2e}/**/*.{ts,mjs}', {
      cwd: root,
      exclude: (path) => /node_modules|dist|\.spec\.ts$/.test(path),
    });
    const texts = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
    const read = [...texts.matchAll(/\benv(?:\.|\[')((?:MESH|TEST)_[A-Z_]+)/g)].map(
      ([, name]) => name,
    );
    const known = new Set(environment.map(({ name }) => name));
    expect([...new Set(read)].filter((name) => !known.has(name ?? ''))).toEqual([]);
    expect(read.length).toBeGreaterThan(10);
  });

  it('are read where the list says', () => {
    const wrong = environment.flatMap(({ name, readBy }) =>
      readBy.filter((path) => !textBelow(path).includes(name)).map((path) => `${name}: ${path}`),
    );
    expect(wrong).toEqual([]);
  });
});

function textBelow(path: string): string {
  const files = statSync(join(root, path)).isFile()
    ? [path]
    : globSync(`${path}/**/*.{ts,mjs}`, { cwd: root });
  return files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
}
