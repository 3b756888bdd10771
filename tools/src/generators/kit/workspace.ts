import { join } from 'node:path';
import {
  formatFiles,
  generateFiles,
  OverwriteStrategy,
  type GeneratorCallback,
  type Tree,
} from '@nx/devkit';
import { EditError } from './edit-typescript.js';
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
 * Changes a file, whatever its line ends: `change` sees and returns those of Unix, the file keeps its own.
 * @throws EditError when it is not there, or not as `change` needs it
 */
export function edit(tree: Tree, path: string, change: (text: string) => string): void {
  const text = tree.read(path, 'utf8');
  if (text === null)
    throw new EditError(
      `${path} is not there, so nothing was written: get it back, with git checkout`,
    );
  const unix = text.replaceAll('\r\n', '\n');
  const changed = changedBy(change, unix, path);
  if (changed === unix) return;
  tree.write(path, unix === text ? changed : changed.replaceAll('\n', '\r\n'));
}

function changedBy(change: (text: string) => string, text: string, path: string): string {
  try {
    return change(text);
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw new EditError(
      `${path} is not as the generator knows it, so nothing was written: ${error.message}. Put that back, or add by hand what the generator would`,
    );
  }
}

/** Formats what was changed; what is returned makes anew what is made from code, after all is written. */
export async function finish(tree: Tree): Promise<GeneratorCallback> {
  await formatFiles(tree);
  return makeAnew;
}

/** Makes what is made from code. @throws Error when that fails; what failed is printed */
export async function makeAnew(): Promise<void> {
  const { code } = await runProgram('npm', ['run', '--silent', 'generate'], {
    output: 'inherit',
  });
  if (code !== 0) throw new Error('npm run generate failed: mend what it says, then run it again');
}
