import { dirname, join } from 'node:path/posix';
import type { Tree } from '@nx/devkit';

/** A page without what it says of the example: marked parts, rows that lead nowhere, links and paths that are gone. */
export function withoutExample(tree: Tree, path: string, text: string): string {
  const exists = (target: string) => tree.exists(target);
  return withoutParts(text)
    .split('\n')
    .filter((line) => !(line.startsWith('|') && linksOf(line).some((to) => isGone(to))))
    .map((line) =>
      line.replaceAll(link, (whole, words: string, to: string) => (isGone(to) ? words : whole)),
    )
    .map((line) =>
      line.replaceAll(quoted, (whole, named: string) =>
        rooted.test(named) && !/[{*<]|NAME/.test(named) && !exists(named) ? named : whole,
      ),
    )
    .join('\n');

  function isGone(to: string): boolean {
    const [file = ''] = to.split('#');
    return file !== '' && !/^[a-z]+:/.test(to) && !exists(join(dirname(path), file));
  }
}

const link = /\[([^\]]+)\]\(([^)\s]+)\)/g;
const quoted = /`([\w.@{},*<>-]+(?:\/[\w.@{},*<>-]*)+)`/g;
const rooted = /^(?:apps|bench|chaos|cli|docs|k8s|libs|observability|proto|tools)\//;

function linksOf(line: string): readonly string[] {
  return [...line.matchAll(link)].map(([, , to = '']) => to);
}

function withoutParts(text: string): string {
  return text
    .replaceAll(/^<!-- example -->\n[\s\S]*?^<!-- \/example -->\n\n?/gm, '')
    .replaceAll(/<!-- example -->[\s\S]*?<!-- \/example -->/g, '');
}
