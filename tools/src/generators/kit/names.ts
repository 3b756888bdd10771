/** A name that a generator can't take; the message says what to give instead. */
export class NameError extends Error {
  readonly code = 'NAME_INVALID';

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** The forms of a name: from any of `stockItem`, `StockItem`, `stock-item`, `stock item`. */
export interface Names {
  /** `stock-item`: files, folders, services. */
  readonly kebab: string;
  /** `StockItem`: classes, messages, RPCs. */
  readonly pascal: string;
  /** `stockItem`: variables, JSON. */
  readonly camel: string;
  /** `stock_item`: SQL, Protobuf fields. */
  readonly snake: string;
  /** `STOCK_ITEM`: variables of the environment, error codes. */
  readonly upper: string;
  /** `stock item`: in a sentence. */
  readonly words: string;
}

/** @throws NameError NAME_INVALID when it is not words of letters and digits that begin with a letter */
export function namesOf(given: string): Names {
  const words = given
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '');
  if (words.length === 0 || !words.every((word) => /^[a-z][a-z\d]*$/.test(word))) {
    throw new NameError(
      `"${given}" is no name: give words of letters and digits, each of which begins with a letter, such as stock-item`,
    );
  }
  const capital = words.map((word) => word[0]?.toUpperCase() + word.slice(1));
  return {
    kebab: words.join('-'),
    pascal: capital.join(''),
    camel: [words[0], ...capital.slice(1)].join(''),
    snake: words.join('_'),
    upper: words.join('_').toUpperCase(),
    words: words.join(' '),
  };
}
