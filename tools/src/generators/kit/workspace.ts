import { join } from 'node:path';
import { formatFiles, generateFiles, type GeneratorCallback, type Tree } from '@nx/devkit';
import { runProgram } from '../../processes/run-program.js';
import { root } from '../../root.js';

/** Writes the templates of a generator: `files/<folder>`, with `__name__` in paths and EJS in texts. */
export function writeTemplates(
  tree: Tree,
  { from, to, values }: { readonly from: string; readonly to: string; readonly values: object },
): void {
  generateFiles(tree, join(root, 'tools/src/generators', from), to, { ...values, tmpl: '' });
}

/**
 * Changes a file.
 * @throws Error when it is not there
 */
export function edit(tree: Tree, path: string, change: (text: string) => string): void {
  const text = tree.read(path, 'utf8');
  if (text === null) throw new Error(`${path} is not there`);
  const changed = change(text);
  if (changed !== text) tree.write(path, changed);
}

/** Formats what was changed; what is returned makes anew what is made from code, after all is written. */
export async function finish(tree: Tree): Promise<GeneratorCallback> {
  await formatFiles(tree);
  return async () => {
    const { code } = await runProgram('npm', ['run', '--silent', 'generate'], {
      output: 'inherit',
    });
    if (code !== 0)
      throw new Error('npm run generate failed: mend what it says, then run it again');
  };
}
