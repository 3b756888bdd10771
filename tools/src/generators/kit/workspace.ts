import { join } from 'node:path';
import {
  formatFiles,
  generateFiles,
  OverwriteStrategy,
  type GeneratorCallback,
  type Tree,
} from '@nx/devkit';
import { runProgram } from '../../processes/run-program.js';
import { root } from '../../root.js';

/**
 * Writes the templates of a generator: `files/<folder>`, with `__name__` in paths and EJS in texts. What is
 * there already stays: somebody may have gone on with it.
 */
export function writeTemplates(
  tree: Tree,
  { from, to, values }: { readonly from: string; readonly to: string; readonly values: object },
): void {
  const folder = join(root, 'tools/src/generators', from);
  generateFiles(tree, folder, to, values, { overwriteStrategy: OverwriteStrategy.KeepExisting });
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
