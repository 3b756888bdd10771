import { namesOf } from '../kit/names.js';

/** How a name is written in the places where it occurs. */
export interface Forms {
  readonly kebab: string;
  readonly snake: string;
  readonly upper: string;
  readonly camel: string;
  readonly pascal: string;
  /** `Acme-Shop`: HTTP headers. */
  readonly train: string;
  /** `acme shop` */
  readonly words: string;
  /** `Acme Shop`: at the beginning of a sentence. */
  readonly title: string;
}

export type Form = keyof Forms;

export function formsOf(name: string): Forms {
  const { kebab, snake, upper, camel, pascal, words } = namesOf(name);
  const capitals = words.split(' ').map((word) => word[0]?.toUpperCase() + word.slice(1));
  return {
    ...{ kebab, snake, upper, camel, pascal, words },
    train: capitals.join('-'),
    title: capitals.join(' '),
  };
}

/** The forms of the plural. */
export function pluralsOf(name: string): Forms {
  return formsOf(/(s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`);
}

/**
 * The form that a place takes. A name of several words says it itself; a name of one word is the same in most
 * forms, so what is around it tells.
 */
export function formAt(found: string, forms: Forms, before: string, after: string): Form {
  const own = (Object.keys(forms) as Form[]).filter((form) => forms[form] === found);
  const first = own[0] ?? 'kebab';
  if (own.length === 1) return first;
  return found === forms.kebab ? lowerForm(before, after) : capitalForm(before, after);
}

function lowerForm(before: string, after: string): Form {
  if (after.startsWith('_') || before.endsWith('_')) return 'snake';
  if (/^[A-Z\d]/.test(after)) return 'camel';
  return 'kebab';
}

function capitalForm(before: string, after: string): Form {
  if (/[A-Za-z]-$/.test(before) || /^-[A-Z]/.test(after)) return 'train';
  const joined = /[\w#@/]$/.test(before) || /^(?:[A-Za-z\d_<(]|\.\w)/.test(after);
  return joined ? 'pascal' : 'title';
}
