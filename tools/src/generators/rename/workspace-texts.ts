import type { Tree } from '@nx/devkit';
import { visitNotIgnoredFiles } from '@nx/devkit';

/** Of others: taken as it is. */
const foreign = /^(?:k8s\/schemas|node_modules|\.git)\//;

/** Every file of the workspace that is text, with its path. */
export function* workspaceTexts(tree: Tree): Generator<readonly [path: string, text: string]> {
  const paths: string[] = [];
  visitNotIgnoredFiles(tree, '.', (path) => void paths.push(path.replaceAll('\\', '/')));
  for (const path of paths) {
    if (foreign.test(path)) continue;
    const content = tree.read(path);
    if (content && !content.includes(0)) yield [path, content.toString('utf8')];
  }
}

/** Binary descriptors in base64: made anew from the protos. */
export const madeAnew = /^libs\/contracts\/src\/(?:gen-es\/|gen\/descriptors\.ts$)/;
