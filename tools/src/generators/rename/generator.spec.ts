import { expect, it } from 'vitest';
import { changesOf, workspaceTree } from '../kit/testing.js';
import { renameWorkspace } from './rename-workspace.js';
import { formsOf } from './forms.js';
import { placesOf } from './leftovers.js';
import { readStarter } from './starter.js';
import { madeAnew } from './workspace-texts.js';

it('given this workspace, when renamed, then the old name is nowhere, and again changes nothing', () => {
  const tree = workspaceTree();
  const old = readStarter(tree).name;
  renameWorkspace(tree, { name: 'zebra-works', scope: 'zebra' });
  const { kebab, snake, camel, pascal, upper, words } = formsOf(old);
  const anywhere = new RegExp(
    `(?<![Ss]ervice[ -])(?:${[kebab, snake, camel, pascal, upper, words].join('|')})`,
  );
  const places = placesOf(tree, anywhere).filter(
    (place) =>
      !madeAnew.test(place) && !place.startsWith(`.${old}/`) && !place.startsWith('package-lock'),
  );
  expect(places).toEqual([]);
  const once = changesOf(tree);
  renameWorkspace(tree, { name: 'zebra-works', scope: 'zebra' });
  expect(changesOf(tree)).toEqual(once);
}, 120_000);
