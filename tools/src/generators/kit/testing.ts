import type { Tree } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree.js';
import { root } from '../../root.js';

/** This workspace as it is on disk; what a generator writes stays in memory. */
export function workspaceTree(): Tree {
  return new FsTree(root, false);
}

/** Paths that differ from the disk, with their texts; null where a file is gone. */
export function changesOf(tree: Tree): ReadonlyMap<string, string | null> {
  return new Map(
    tree.listChanges().map(({ path, content }) => [path, content?.toString('utf8') ?? null]),
  );
}
