import { escaped } from './escaped.js';
import { formAt, formsOf, pluralsOf, type Forms } from './forms.js';
import type { Naming } from './starter.js';

/** A place where a name is written in one way, and what is written there instead. */
export interface Pattern {
  readonly match: string;
  readonly instead: (found: string, before: string, after: string) => string;
}

/** Field terms in which the name of the starter is no name. */
const fieldTerms = ['[Ss]ervice[ -]mesh'];

/** What a text of the workspace may have of its names, the narrow places first: one alternative each. */
export function patternsOf(from: Naming, to: Naming, services: readonly string[]): Pattern[] {
  const always = (text: string) => () => text;
  const service = `(?:${services.map(escaped).join('|')})`;
  // Dots of regular expressions and strings in them have one backslash or two before them.
  const dot = String.raw`\\{0,2}\.`;
  const part = String.raw`(?:[a-z]\w*|\$\{[^}]+\}|<%=[^%]+%>)`;
  const versioned = `${dot}${part}${dot}v\\d+`;
  const proto = escaped(from.protoPackage);
  const topic = escaped(from.topicPrefix);
  const image = escaped(from.imagePrefix);
  const space = escaped(from.namespace);
  return [
    ...fieldTerms.map((match): Pattern => ({ match, instead: (found) => found })),
    { match: escaped(from.product), instead: always(to.product) },
    { match: `@${escaped(from.scope)}(?=\\\\*/|['"\`]|$)`, instead: always(`@${to.scope}`) },
    { match: `(?<=file_)${proto}(?=_)`, instead: always(to.protoPackage) },
    {
      match: `(?<![\\w@-])${proto}(?=${versioned}${dot}(?:[A-Z$<]|[a-z]+_))|(?<=package )${proto}(?=\\.)`,
      instead: always(to.protoPackage),
    },
    {
      match: `(?<=(?:proto|gen|gen-es)/)${proto}(?![\\w-])|(?<![\\w@.-])${proto}(?=/${part}/v\\d)`,
      instead: always(to.protoPackage),
    },
    {
      match: `(?<![\\w@-])${topic}(?=${versioned}|${dot}(?:${service})\\b)`,
      instead: always(to.topicPrefix),
    },
    {
      match: `(?<![\\w@.-])${image}(?=/(?:${service}\\b|\\$\\{|\\$\\w|<))`,
      instead: always(to.imagePrefix),
    },
    {
      match: [
        `(?<=namespace["']?(?:: |:|=| )["'\`]?)${space}(?![\\w-])`,
        `(?<=-n )${space}(?![\\w-])`,
        `(?<=\\.)${space}(?=\\.svc\\b)`,
        `(?<=(?:${service}|nodes|rabbitmq)\\.)${space}(?=[,'"\`\\s]|$)`,
      ].join('|'),
      instead: always(to.namespace),
    },
    ...anywhere(pluralsOf(from.name), pluralsOf(to.name)),
    ...anywhere(formsOf(from.name), formsOf(to.name)),
  ];
}

function anywhere(from: Forms, to: Forms): Pattern[] {
  const instead: Pattern['instead'] = (found, before, after) =>
    to[formAt(found, from, before, after)];
  const { upper, train, title, words, kebab, snake, camel, pascal } = from;
  const any = (...all: string[]) => `(?:${[...new Set(all)].map(escaped).join('|')})`;
  return [
    { match: `(?<![A-Z])${escaped(upper)}(?![A-Z])`, instead },
    { match: `${any(train, title, pascal)}(?![a-z])`, instead },
    { match: `(?<=\\\\b|^|[^A-Za-z])${any(kebab, snake, words, camel)}(?![a-z])`, instead },
  ];
}
