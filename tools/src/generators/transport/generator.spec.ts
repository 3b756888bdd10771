import type { Tree } from '@nx/devkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { changesOf, workspaceTree } from '../kit/testing.js';
import generate from './generator.js';

const folder = 'libs/messaging/src/transports/probe-wire';
let tree: Tree;
beforeEach(() => (tree = workspaceTree()));
const text = (path: string) => tree.read(path, 'utf8') ?? '';

describe('a transport', () => {
  it('is its files, beside the suite that it does not pass yet', async () => {
    await generate(tree, { name: 'ProbeWire' });
    const files = [...changesOf(tree).keys()].filter((path) => path.startsWith(folder));
    expect(files.map((path) => path.slice(folder.length + 1)).sort()).toEqual([
      'features.ts',
      'index.ts',
      'not-written.ts',
      'options.ts',
      'probe-wire.int.spec.ts',
      'publisher.ts',
      'subscription.ts',
      'transport.ts',
    ]);
    expect(text(`${folder}/publisher.ts`)).toContain(`throw new NotWrittenError('publish');`);
    expect(text(`${folder}/probe-wire.int.spec.ts`)).toContain(
      `process.env['TEST_PROBE_WIRE_URL']`,
    );
  });

  it.each([undefined, 'log', 'work'] as const)(
    'of kind %s, then takes these streams where its URL is set',
    async (kind) => {
      await generate(tree, { name: 'probe-wire', ...(kind && { kind }) });
      const chosen = text('libs/service-kit/src/messaging/transports.ts').replaceAll(/\s+/g, ' ');
      expect(chosen).toContain(
        `if (kind === '${kind ?? 'log'}' && this.#config.PROBE_WIRE_URL !== undefined) return 'probe-wire';`,
      );
      expect(chosen).toContain(`await import('@mesh/messaging/probe-wire')`);
      expect(chosen).toContain('readonly PROBE_WIRE_URL?: string | undefined;');
      expect(text('libs/service-kit/src/config/fragments.ts')).toContain(`url('probe-wire:')`);
      expect(text('libs/messaging/package.json')).toContain(
        `"./src/transports/probe-wire/index.ts"`,
      );
      expect(text('libs/messaging/src/transport.ts')).toContain(`| 'probe-wire';`);
    },
  );

  it('a second time, then nothing changes', async () => {
    await generate(tree, { name: 'probe-wire' });
    const first = changesOf(tree);
    await generate(tree, { name: 'probe-wire' });
    expect(changesOf(tree)).toEqual(first);
  });

  it.each([
    ['amqp', 'libs/messaging/src/transports/amqp is there and written: take another name'],
    ['testing', '@mesh/messaging/testing is something else already: take another name'],
    ['new', 'The name new is reserved'],
    ['1broker', '"1broker" is no name: give words of letters and digits'],
  ])('called %s, then says what to do, and nothing is written', async (name, complaint) => {
    await expect(generate(tree, { name })).rejects.toThrow(complaint);
    expect(changesOf(tree).size).toBe(0);
  });
});
