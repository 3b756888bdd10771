import { NameError, namesOf, type Names } from '../kit/names.js';
import { isReserved } from '../kit/reserved.js';

/** The forms of an aggregate's name, in the singular and the plural, also as sentences have it. */
export interface AggregateNames {
  /** `one` is `a loan`, `One` is `A loan`. */
  readonly one: Names & { readonly one: string; readonly One: string };
  /** `Words` begins a sentence. */
  readonly several: Names & { readonly Words: string };
}

/** @throws NameError when code can't use the name, or one and several are the same */
export function aggregateNames(
  { aggregate, plural }: { readonly aggregate?: string; readonly plural?: string },
  service: Names,
): AggregateNames {
  const one = namesOf(aggregate || singularOf(service.kebab));
  const several = namesOf(plural || pluralOf(one.kebab));
  if (isReserved(one.camel) || isReserved(several.camel)) {
    throw new NameError(`The name ${one.kebab} is reserved: give another one as --aggregate`);
  }
  if (one.kebab === several.kebab) {
    throw new NameError(`Several of ${one.kebab} need another name: give one as --plural`);
  }
  const article = /^[aeiou]/.test(one.words) ? 'an' : 'a';
  const withArticle = `${article} ${one.words}`;
  return {
    one: { ...one, one: withArticle, One: capital(withArticle) },
    several: { ...several, Words: capital(several.words) },
  };
}

function singularOf(name: string): string {
  if (/ies$/.test(name)) return name.replace(/ies$/, 'y');
  if (/(ss|x|ch|sh)es$/.test(name)) return name.replace(/es$/, '');
  return /[^su]s$/.test(name) ? name.slice(0, -1) : name;
}

function pluralOf(name: string): string {
  if (/[^aeiou]y$/.test(name)) return name.replace(/y$/, 'ies');
  return /(s|x|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

function capital(words: string): string {
  return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}
