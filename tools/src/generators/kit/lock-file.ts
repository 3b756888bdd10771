import type { Tree } from '@nx/devkit';
import { edit } from './workspace.js';

interface LockFile {
  packages: Record<string, unknown>;
}

/** Writes a new workspace folder into package-lock.json, as npm would: `npm ci` refuses a lock without it. */
export function addWorkspace(tree: Tree, folder: string): void {
  editLock(tree, (packages) => {
    const { name, version } = JSON.parse(tree.read(`${folder}/package.json`, 'utf8') ?? '{}') as {
      readonly name: string;
      readonly version: string;
    };
    return {
      ...packages,
      [folder]: { name, version },
      [`node_modules/${name}`]: { resolved: folder, link: true },
    };
  });
}

/** Takes a workspace folder out of package-lock.json. */
export function removeWorkspace(tree: Tree, folder: string): void {
  editLock(tree, (packages) =>
    Object.fromEntries(
      Object.entries(packages).filter(
        ([key, value]) =>
          key !== folder && (value as { readonly resolved?: string }).resolved !== folder,
      ),
    ),
  );
}

/** Changes the packages of the lock; they stay in npm's order. */
export function editLock(
  tree: Tree,
  change: (packages: Readonly<Record<string, unknown>>) => Record<string, unknown>,
): void {
  edit(tree, 'package-lock.json', (text) => {
    const lock = JSON.parse(text) as LockFile;
    const packages = Object.entries(change(lock.packages)).sort(([a], [b]) =>
      a.localeCompare(b, 'en'),
    );
    return `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`;
  });
}
