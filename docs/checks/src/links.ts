import { dirname, join } from 'node:path';
import type { Page } from './pages.js';

export interface Tree {
  exists(path: string): boolean;
  /** Text of a page; undefined when there is none. */
  read(path: string): string | undefined;
}

/** Tell of what was; paths in them may be gone since. */
const historic = /^(CHANGELOG\.md|docs\/adr\/\d)/;
/** Folders whose paths in backticks are held to be of the project. */
const rooted =
  /^(apps|bench|chaos|cli|docs|k8s|libs|observability|proto|tools|\.ci|\.github|\.vscode|\.devcontainer)\//;

/** Links and paths of pages that lead nowhere, a sentence each. */
export function linkFindings(pages: readonly Page[], tree: Tree): string[] {
  return pages.flatMap(({ path, text }) => {
    const prose = text.replaceAll(/^( *)```.*?^\1```$/gms, '');
    const findings = [
      ...linksIn(prose).flatMap((target) => brokenLink(path, target, tree)),
      ...(historic.test(path) ? [] : brokenPaths(prose, tree)),
    ];
    return findings.map((finding) => `${path}: ${finding}`);
  });
}

const linksIn = (prose: string) =>
  [...prose.replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to);

function brokenLink(page: string, target: string, { exists, read }: Tree): string[] {
  if (/^[a-z]+:/.test(target)) return [];
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? page : join(dirname(page), file);
  if (!exists(path)) return [`It links to ${path}, which is not there`];
  if (anchor === undefined || anchorsOf(read(path) ?? '').has(anchor)) return [];
  return [`It links to ${path}#${anchor}, a heading that is not there`];
}

/** As GitHub makes them of headings. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/^#+ (.*)$/gm)];
  return new Set(
    headings.map(([, heading = '']) =>
      heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function brokenPaths(prose: string, { exists }: Tree): string[] {
  const quoted = [...prose.matchAll(/`([\w.@{},*<>-]+(?:\/[\w.@{},*<>-]*)+)`/g)];
  return quoted
    .map(([, path = '']) => path)
    .filter((path) => rooted.test(path) && !/<|…|NAME|NNN/.test(path))
    .flatMap(expanded)
    .filter((path) => !exists(path))
    .map((path) => `It names ${path}, which is not there`);
}

/** `a/{b,c}` as a/b and a/c. */
function expanded(path: string): string[] {
  const [whole, choices = ''] = /\{([^}]*)\}/.exec(path) ?? [];
  if (whole === undefined) return [path];
  return choices.split(',').flatMap((choice) => expanded(path.replace(whole, choice)));
}
