import type { Tree } from '@nx/devkit';
import ts from 'typescript';
import { NameError, namesOf } from '../kit/names.js';
import { formsOf } from './forms.js';
import { anyFormOf, placesOf } from './leftovers.js';
import type { Naming } from './starter.js';

export interface RenameOptions extends Partial<Naming> {
  readonly name: string;
}

/** `order-service-db-rw` and the like have to stay within the 63 characters of Kubernetes and PostgreSQL. */
const longest = 24;

const kebab = /^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/;

const rules: Readonly<Record<keyof Naming, readonly [RegExp, string]>> = {
  name: [
    kebab,
    'words in lower case with - between them, each of which begins with a letter, such as acme-shop',
  ],
  product: [
    /^\p{Lu}[\p{L}\d]*(?:[ -][\p{L}\d]+)*$/u,
    'words of letters and digits that begin with a capital, such as "Acme Shop"',
  ],
  scope: [kebab, 'a scope of npm without its @, such as acme'],
  protoPackage: [
    /^[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*$/,
    'the first part of a Protobuf package, such as acme_shop',
  ],
  topicPrefix: [
    /^[a-z][a-z0-9]*(?:[-.][a-z][a-z0-9]*)*$/,
    'what topics begin with, such as acme or acme.shop',
  ],
  imagePrefix: [
    /^[a-z0-9]+(?:[.-][a-z0-9]+)*(?::\d+)?(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/,
    'what images begin with, such as acme or ghcr.io/acme',
  ],
  namespace: [
    /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'a namespace of Kubernetes, such as acme-shop',
  ],
};

/** All names, those that are not given made from the first. @throws NameError that says what to give instead */
export function namingOf({ name, ...given }: RenameOptions): Naming {
  const isFine = rules.name[0].test(name);
  const { snake, title } = isFine ? formsOf(name) : { snake: name, title: name };
  const naming: Naming = {
    name,
    product: given.product ?? title,
    scope: given.scope ?? name,
    protoPackage: given.protoPackage ?? snake,
    topicPrefix: given.topicPrefix ?? name,
    imagePrefix: given.imagePrefix ?? name,
    namespace: given.namespace ?? name,
  };
  for (const key of Object.keys(rules) as (keyof Naming)[]) {
    const [pattern, expected] = rules[key];
    if (!pattern.test(naming[key]))
      throw new NameError(`"${naming[key]}" can't be the ${key}: give ${expected}`);
  }
  if (name.length > longest)
    throw new NameError(
      `"${name}" has ${name.length} letters: give a name of at most ${longest}, because databases and Kubernetes put theirs behind it`,
    );
  return naming;
}

/**
 * Refuses a name that could not be told from other words any more.
 * @throws NameError that says where it occurs, and what to give instead
 */
export function checkNew(tree: Tree, from: Naming, to: Naming): void {
  if (to.name === from.name) return;
  const isKeyword = namesOf(to.name).kebab.split('-').length === 1 && isReserved(to.name);
  if (isKeyword) throw new NameError(`"${to.name}" is a word of TypeScript: take another name`);
  const values = Object.values(to);
  const same = values.find((value) => anyFormOf(from.name).test(value));
  if (same !== undefined)
    throw new NameError(
      `"${same}" has the present name, ${from.name}, in it, so nobody could check that nothing of it is left: take another`,
    );
  const places = placesOf(tree, anyFormOf(to.name)).filter((place) => !mayHaveIt.test(place));
  if (places.length > 0)
    throw new NameError(
      `"${to.name}" is a word of this workspace already, in ${places.length} places such as ${places[0]}\nTake another name: a later rename could not tell one from the other`,
    );
}

/** What tells of names by examples, or is of others. */
const mayHaveIt =
  /^(?:package-lock\.json|docs\/|[^:]*\.md\b|tools\/src\/(?:generators|starter)\/|LICENSE)/;

function isReserved(word: string): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, word);
  const token = scanner.scan();
  return token >= ts.SyntaxKind.FirstReservedWord && token <= ts.SyntaxKind.LastKeyword;
}
