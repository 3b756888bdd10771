import type { Tree } from '@nx/devkit';

/** Paths of what is there that a pattern names: `{a,b}` one of several, `*` any part of a name. */
export function pathsOf(tree: Tree, pattern: string): readonly string[] {
  return expanded(pattern).flatMap((one) => {
    if (!one.includes('*')) return tree.exists(one) ? [one] : [];
    const at = one.lastIndexOf('/');
    const [folder, name] = [one.slice(0, at), one.slice(at + 1)];
    const named = new RegExp(`^${name.replaceAll('.', String.raw`\.`).replaceAll('*', '.*')}$`);
    return tree
      .children(folder)
      .filter((child) => named.test(child))
      .map((child) => `${folder}/${child}`);
  });
}

function expanded(pattern: string): readonly string[] {
  const [whole, choices = ''] = /\{([^}]*)\}/.exec(pattern) ?? [];
  if (whole === undefined) return [pattern];
  return choices.split(',').flatMap((choice) => expanded(pattern.replace(whole, choice)));
}
