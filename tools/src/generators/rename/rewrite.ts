import ts from 'typescript';
import { escaped } from './escaped.js';
import { formAt, formsOf, pluralsOf, type Form } from './forms.js';
import { patternsOf, type Pattern } from './patterns.js';
import type { Naming } from './starter.js';

/** Puts one set of names in the place of another, in texts and in paths. */
export class Rewriter {
  readonly #patterns: readonly Pattern[];
  readonly #all: RegExp;
  readonly #article: ((text: string) => string) | undefined;
  readonly #from: Naming;
  readonly #to: Naming;

  constructor(from: Naming, to: Naming, services: readonly string[]) {
    this.#from = from;
    this.#to = to;
    this.#patterns = patternsOf(from, to, services);
    this.#all = new RegExp(this.#patterns.map(({ match }) => `(${match})`).join('|'), 'gm');
    this.#article = articleChange(from, to);
  }

  file(path: string, text: string): string {
    return /\.(?:[cm]?[jt]s|tsx)(?:\.template)?$/.test(path)
      ? this.#code(path, text)
      : this.text(text);
  }

  /** In prose, data, strings and comments. */
  text(text: string): string {
    const articled = this.#article ? this.#article(text) : text;
    return articled.replace(this.#all, (found: string, ...rest: unknown[]) => {
      const at = rest.findLast((one) => typeof one === 'number') as number;
      const index = rest.slice(0, this.#patterns.length).findIndex((one) => one !== undefined);
      const before = articled.slice(Math.max(0, at - 24), at);
      const after = articled.slice(at + found.length, at + found.length + 4);
      return this.#patterns[index]?.instead(found, before, after) ?? found;
    });
  }

  /** What is an identifier takes a form that one can have; all else is text. */
  #code(path: string, text: string): string {
    const found = identifiersWith(path, text, this.#from.name);
    let result = '';
    let end = 0;
    for (const node of found) {
      result += this.text(text.slice(end, node.start)) + this.#identifier(node.text);
      end = node.start + node.text.length;
    }
    return result + this.text(text.slice(end));
  }

  #identifier(text: string): string {
    const forms = (name: string) => [pluralsOf(name), formsOf(name)] as const;
    const to = forms(this.#to.name);
    return forms(this.#from.name).reduce((changed, from, which) => {
      const all = [from.upper, from.pascal, from.snake, from.camel].map(escaped);
      const pattern = new RegExp(`(?:${all.join('|')})(?![a-z])`, 'g');
      return changed.replace(pattern, (match: string, at: number) => {
        const form = formAt(match, from, changed.slice(0, at), changed.slice(at + match.length));
        return to[which]![identifierForm(form)];
      });
    }, text);
  }
}

function identifierForm(form: Form): Form {
  if (form === 'kebab' || form === 'words') return 'camel';
  return form === 'title' || form === 'train' ? 'pascal' : form;
}

/** "a shop", "an acme": where the one begins with a vowel and the other does not. */
function articleChange(from: Naming, to: Naming): ((text: string) => string) | undefined {
  const vowel = (name: string) => /^[aeiou]/.test(name);
  if (vowel(from.name) === vowel(to.name)) return undefined;
  const { words, kebab, title } = formsOf(from.name);
  const names = [words, kebab, title].map(escaped).join('|');
  const pattern = new RegExp(String.raw`\b([Aa])n?(?=[\s*/]+(?:${names})\b)`, 'g');
  return (text) => text.replace(pattern, vowel(to.name) ? '$1n' : '$1');
}

interface Identifier {
  readonly start: number;
  readonly text: string;
}

function identifiersWith(path: string, text: string, name: string): Identifier[] {
  const { snake, camel, upper, pascal } = formsOf(name);
  const some = [snake, camel, upper, pascal];
  const found: Identifier[] = [];
  const kind = /x(?:\.template)?$/.test(path) ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, kind);
  const visit = (node: ts.Node): void => {
    if ((ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) && node.end > node.pos) {
      const start = node.getStart(file);
      const word = text.slice(start, node.end);
      if (some.some((one) => word.includes(one))) found.push({ start, text: word });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.sort((a, b) => a.start - b.start);
}
