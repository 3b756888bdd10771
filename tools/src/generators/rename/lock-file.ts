import type { Tree } from '@nx/devkit';

interface Lock {
  packages: Record<string, unknown>;
}

/** npm keeps the packages of its lock sorted. */
export function sortLockFile(tree: Tree): void {
  const text = tree.read('package-lock.json', 'utf8');
  if (text === null) return;
  const lock = JSON.parse(text) as Lock;
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  const changed = `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, undefined, 2)}\n`;
  if (changed !== text) tree.write('package-lock.json', changed);
}
