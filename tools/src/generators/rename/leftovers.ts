import type { Tree } from '@nx/devkit';
import { escaped } from './escaped.js';
import { formsOf } from './forms.js';
import type { Naming } from './starter.js';
import { workspaceTexts } from './workspace-texts.js';

/** `path:line: text` of each place that has a name still. */
export function placesOf(tree: Tree, pattern: RegExp): string[] {
  const places: string[] = [];
  for (const [path, text] of workspaceTexts(tree)) {
    if (pattern.test(path)) places.push(path);
    if (pattern.test(text)) places.push(...linesOf(path, text, pattern));
  }
  return places;
}

/** What a name looks like, whatever its form; field terms are none. */
export function anyFormOf(name: string): RegExp {
  const { kebab, snake, upper, camel, pascal, train, words, title } = formsOf(name);
  const any = (...all: string[]) => `(?:${[...new Set(all)].map(escaped).join('|')})`;
  return new RegExp(
    [
      String.raw`(?<![Ss]ervice[ -])(?<=\\b|^|[^A-Za-z])${any(kebab, snake, words, camel)}(?:e?s)?(?![a-z])`,
      `(?<![Ss]ervice[ -])${any(pascal, train, title)}(?:e?s)?(?![a-z])`,
      `(?<![A-Z])${escaped(upper)}(?![A-Z])`,
    ].join('|'),
  );
}

/** What of the old names must be nowhere any more. */
export function oldNames(from: Naming, to: Naming): RegExp[] {
  const product = new RegExp(escaped(from.product));
  const scope = new RegExp(`@${escaped(from.scope)}/`);
  return [
    ...(from.name === to.name ? [] : [anyFormOf(from.name)]),
    ...(from.product === to.product || to.product.includes(from.product) ? [] : [product]),
    ...(from.scope === to.scope ? [] : [scope]),
  ];
}

function linesOf(path: string, text: string, pattern: RegExp): string[] {
  return text
    .split('\n')
    .map((line, index) => ({ line, place: `${path}:${index + 1}: ${line.trim().slice(0, 120)}` }))
    .filter(({ line }) => pattern.test(line))
    .map(({ place }) => place);
}
