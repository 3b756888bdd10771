import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { describe, expect, it } from 'vitest';
import { checkNew, namingOf } from './naming.js';

describe('the names of a workspace', () => {
  it('are made from the first where they are not given', () => {
    expect(namingOf({ name: 'acme-shop', scope: 'acme' })).toEqual({
      ...{ name: 'acme-shop', product: 'Acme Shop', scope: 'acme', protoPackage: 'acme_shop' },
      ...{ topicPrefix: 'acme-shop', imagePrefix: 'acme-shop', namespace: 'acme-shop' },
    });
  });

  it.each([
    [{ name: 'Acme Shop' }, `"Acme Shop" can't be the name: give words in lower case`],
    [{ name: 'acme', product: 'a"b' }, `"a"b" can't be the product`],
    [
      { name: 'acme', scope: '@acme' },
      `"@acme" can't be the scope: give a scope of npm without its @`,
    ],
    [{ name: 'acme', protoPackage: 'acme-shop' }, `"acme-shop" can't be the protoPackage`],
    [{ name: 'acme', namespace: 'a'.repeat(64) }, `can't be the namespace`],
    [{ name: 'a-name-that-is-much-too-long' }, 'has 28 letters: give a name of at most 24'],
  ])('given %o, then say what to give instead', (options, message) => {
    expect(() => namingOf(options)).toThrow(message);
  });
});

describe('a new name', () => {
  const tree = createTreeWithEmptyWorkspace();
  tree.write('libs/a/a.ts', 'const stockRoom = 1;');
  tree.write('docs/a.md', 'Such as acme.');
  const from = namingOf({ name: 'lending' });

  it.each([
    ['stock', `"stock" is a word of this workspace already, in 1 places such as libs/a/a.ts:1`],
    ['stock-room', `"stock-room" is a word of this workspace already`],
    ['class', '"class" is a word of TypeScript'],
    ['city-lending', `"city-lending" has the present name, lending, in it`],
  ])('given %s, then is refused', (name, message) => {
    expect(() => checkNew(tree, from, namingOf({ name }))).toThrow(message);
  });

  it('given one that only texts have as an example, then is taken', () => {
    expect(() => checkNew(tree, from, namingOf({ name: 'acme' }))).not.toThrow();
  });
});
