import type { Tree } from '@nx/devkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { addSmallService, changesOf, workspaceTree } from '../kit/testing.js';
import generate from './generator.js';

let tree: Tree;
beforeEach(() => {
  tree = workspaceTree();
  addSmallService(tree, 'lending');
});

const text = (path: string) => tree.read(path, 'utf8') ?? '';
const hold = {
  service: 'lending',
  name: 'shelf hold',
  states: 'placed>fulfilled,placed>cancelled',
};

describe('an aggregate', () => {
  it('has a lifecycle, an event a state, a store with its suite, and is wired', async () => {
    await generate(tree, hold);
    expect(text('apps/lending/src/domain/shelf-hold.ts')).toContain(`{
  PLACED: ['FULFILLED', 'CANCELLED'],
  FULFILLED: [],
  CANCELLED: [],
};`);
    const catalog = text('libs/contracts/src/catalog/lending.ts');
    for (const event of ['ShelfHoldPlaced', 'ShelfHoldFulfilled', 'ShelfHoldCancelled'])
      expect(catalog).toContain(`export const ${event} = event(`);
    expect(text('libs/contracts/src/errors/lending.ts')).toContain('SHELF_HOLD_NOT_CHANGEABLE');
    expect(text('apps/lending/src/outbound/migrations/001_shelf_holds.ts')).toContain(
      'create table shelf_hold_updates',
    );
    const module = text('apps/lending/src/lending.module.ts');
    for (const one of ['PostgresShelfHoldStore', 'CreateShelfHold', 'ListShelfHolds'])
      expect(module).toContain(`provide: ${one},`);
    expect(tree.exists('apps/lending/src/use-cases/testing/shelf-hold-store.suite.ts')).toBe(true);
  });

  it('given it is there, then nothing changes', async () => {
    await generate(tree, hold);
    const once = changesOf(tree);
    await generate(tree, hold);
    expect(changesOf(tree)).toEqual(once);
  });
});

describe('what is refused', () => {
  it.each([
    ['opened', '"opened" is no change: give from>to separated by commas'],
    ['opened>', '"opened>" is no change'],
    ['opened>opened', "opened can't change into itself: give two states, such as opened>closed"],
    ['opened>closed,closed>opened', 'There is no state that it ends in'],
    ['open>closed', 'ShelfHoldOpen does not read as something that has happened'],
  ])('the states %s', async (states, message) => {
    await expect(generate(tree, { ...hold, states })).rejects.toThrow(message);
  });

  it('a name that the service has for something else', async () => {
    tree.write('apps/lending/src/domain/shelf-hold.ts', 'export type ShelfHold = string;\n');
    await expect(generate(tree, hold)).rejects.toThrow('that was not made so: choose another name');
  });
});
