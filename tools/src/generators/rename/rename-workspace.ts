import type { Tree } from '@nx/devkit';
import { oldNames, placesOf } from './leftovers.js';
import { sortLockFile } from './lock-file.js';
import { mayBreakAnew } from './may-break-anew.js';
import { checkNew, namingOf, type RenameOptions } from './naming.js';
import { Rewriter } from './rewrite.js';
import { readStarter, starterFile, writeStarter, type Naming } from './starter.js';
import { madeAnew, workspaceTexts } from './workspace-texts.js';

export interface Renamed {
  readonly from: Naming;
  readonly to: Naming;
  /** Paths of what may have to be broken into lines anew. */
  readonly toFormat: readonly string[];
}

/**
 * Gives all texts and paths their new names, unformatted. Undefined when they have them already.
 * @throws NameError when a name can't be taken
 * @throws Error that lists the places where the old name would be left
 */
export function renameWorkspace(tree: Tree, options: RenameOptions): Renamed | undefined {
  const from = readStarter(tree);
  const to = namingOf(options);
  if ((Object.keys(to) as (keyof Naming)[]).every((key) => to[key] === from[key])) return undefined;
  checkNew(tree, from, to);
  const toFormat = renameTexts(tree, from, to);
  sortLockFile(tree);
  // The last one: an interrupted rename is brought to its end by another try.
  writeStarter(tree, { ...from, ...to });
  checkNothingLeft(tree, from, to);
  return { from, to, toFormat };
}

function renameTexts(tree: Tree, from: Naming, to: Naming): string[] {
  const rewriter = new Rewriter(from, to, tree.children('apps'));
  const toFormat: string[] = [];
  for (const [path, text] of [...workspaceTexts(tree)]) {
    if (path === starterFile) continue;
    const [newPath, newText] = [rewriter.text(path), rewriter.file(path, text)];
    if (newPath !== path) tree.rename(path, newPath);
    if (newText === text) continue;
    tree.write(newPath, newText);
    if (mayBreakAnew(newPath, text, newText)) toFormat.push(newPath);
  }
  return toFormat;
}

/** @throws Error that lists the places */
function checkNothingLeft(tree: Tree, from: Naming, to: Naming): void {
  const places = oldNames(from, to).flatMap((pattern) => placesOf(tree, pattern));
  // The data of development under the old name: .gitignore names the new one by now.
  const own = [starterFile, `.${from.name}/`];
  const left = places.filter(
    (place) => !madeAnew.test(place) && !own.some((path) => place.startsWith(path)),
  );
  if (left.length === 0) return;
  throw new Error(
    `Nothing was written, because ${left.length} places would keep the old name:\n${left.slice(0, 40).join('\n')}`,
  );
}
