import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratorCallback, Tree } from '@nx/devkit';
import { describe, expect, it } from 'vitest';
import { root } from '../root.js';
import { addEvent } from './event/generator.js';
import { namesOf } from './kit/names.js';
import { findService } from './kit/services.js';
import { ensureStream } from './kit/streams.js';
import { addMethod } from './rpc/generator.js';
import { addSmallGrpc, addSmallService, changesOf, workspaceTree } from './kit/testing.js';

type Generate = (tree: Tree, options: object) => Promise<GeneratorCallback>;

interface Schema {
  readonly additionalProperties?: boolean;
  readonly required?: readonly string[];
}

const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as unknown;
const { generators } = read('tools/generators.json') as {
  readonly generators: Readonly<Record<string, { readonly schema: string }>>;
};
const all = Object.entries(generators).map(([name, { schema }]) => {
  return { name, schema: read(join('tools', schema)) as Schema };
});
const generatorOf = async (name: string) =>
  ((await import(`./${name}/generator.ts`)) as { readonly default: Generate }).default;

/** What an option is when another one is bad. */
const good: Readonly<Record<string, string>> = {
  ...{ service: 'zoo', event: 'ZebraBorn', start: 'ZebraBorn', answer: 'ZebraFed' },
  ...{ name: 'zebra-fed', method: 'FeedZebra', path: '/v1/zebras' },
};
/** What names what is made or meant. */
const named = ['name', 'service', 'event', 'start', 'answer', 'method'];
const bad: Readonly<Record<string, string>> = {
  nothing: '',
  'a space alone': ' ',
  'a digit first': '1st-zebra',
  'a path': '../zebra',
  'a letter that is not of ASCII': 'zébra',
  'a quote': `zebra'fed`,
  'a word of TypeScript': 'class',
  'a name that is too long': `${'zebra-and-'.repeat(8)}fed`,
};
const table = all.flatMap(({ name, schema: { required = [] } }) =>
  required
    .filter((option) => named.includes(option))
    .flatMap((option) =>
      Object.entries(bad).map(([what, value]) => ({ name, option, what, value })),
    ),
);

function zoo(): Tree {
  const tree = workspaceTree();
  addSmallService(tree, 'zoo');
  const service = findService(tree, 'zoo');
  ensureStream(tree, service);
  for (const event of ['ZebraBorn', 'ZebraFed']) addEvent(tree, service, namesOf(event), {});
  addSmallGrpc(tree, 'zoo');
  addMethod(tree, { service: 'zoo', method: 'FeedZebra' });
  return tree;
}

/** One generator after the other, for one service. */
async function chain(tree: Tree): Promise<ReadonlyMap<string, string | null>> {
  const steps = [
    ['service', { name: 'zoo' }],
    ['transport', { name: 'nats' }],
  ] as const;
  for (const [name, options] of steps) await (await generatorOf(name))(tree, options);
  return changesOf(tree);
}

const optionsFor = ({ required = [] }: Schema) =>
  Object.fromEntries(required.map((option) => [option, good[option]]));

describe('bad input', () => {
  it.each(table)(
    'given $what as $option, when $name, then says what to give, and changes nothing',
    async ({ name, option, value }) => {
      const tree = zoo();
      const before = changesOf(tree);
      const generate = await generatorOf(name);
      const { schema } = all.find((one) => one.name === name)!;
      const tried = generate(tree, { ...optionsFor(schema), [option]: value });
      await expect(tried).rejects.toMatchObject({
        code: 'NAME_INVALID',
        message: expect.stringMatching(/give|choose|take|there are|make one|end in/),
      });
      expect(changesOf(tree)).toEqual(before);
    },
  );

  it.each(all.filter(({ name }) => !['rename', 'service'].includes(name)))(
    'given names with spaces and capitals, when $name, then no path has them',
    async ({ name, schema }) => {
      const tree = zoo();
      const generate = await generatorOf(name);
      const spaced = Object.entries(optionsFor(schema)).map(([option, value]) => {
        return [option, option === 'name' ? 'Zebra Fed' : value] as const;
      });
      await generate(tree, Object.fromEntries(spaced));
      const before = workspaceTree();
      const made = [...changesOf(tree).keys()].filter((path) => !before.exists(path));
      expect(made.filter((path) => /[^\w./-]|[A-Z]/.test(path))).toEqual([]);
    },
  );

  it('given files with Windows line ends, when edited, then changes the same, and keeps the line ends', async () => {
    const unix = await chain(workspaceTree());
    const tree = workspaceTree();
    const existing = [...unix].filter(([path]) => tree.exists(path));
    const windows = (text: string) => text.replaceAll('\n', '\r\n');
    for (const [path] of existing) tree.write(path, windows(tree.read(path, 'utf8') ?? ''));
    const changed = await chain(tree);
    const expected = new Map(existing.map(([path, text]) => [path, windows(text ?? '')]));
    expect(changed).toEqual(new Map([...unix, ...expected]));
    expect(existing.length).toBeGreaterThan(5);
  });

  it.each(all)('given an unknown option, then Nx refuses it for $name', ({ schema }) => {
    expect(schema.additionalProperties).toBe(false);
  });
});
