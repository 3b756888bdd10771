/** Why something is not a CloudEvent that this project takes. */
export type EnvelopeErrorCode =
  | 'ATTRIBUTE_MISSING'
  | 'ATTRIBUTE_INVALID'
  | 'SPECVERSION_UNSUPPORTED'
  | 'TOO_LARGE'
  | 'UNDECODABLE';

const SHOWN_CHARACTERS = 80;

/** Something is not a valid CloudEvent; trying again can't help, so `retryable` is always false. */
export class EnvelopeError extends Error {
  readonly retryable = false;

  constructor(
    readonly code: EnvelopeErrorCode,
    message: string,
    /** The guilty attribute; `data` for the data; null when no attribute could be read at all. */
    readonly attribute: string | null,
  ) {
    super(message);
    this.name = 'EnvelopeError';
  }
}

export function missing(attribute: string): EnvelopeError {
  return new EnvelopeError(
    'ATTRIBUTE_MISSING',
    `CloudEvents attribute "${attribute}" is missing`,
    attribute,
  );
}

/** `must` completes the sentence "attribute x must …". */
export function invalid(attribute: string, must: string, value: unknown): EnvelopeError {
  return new EnvelopeError(
    'ATTRIBUTE_INVALID',
    `CloudEvents attribute ${show(attribute)} must ${must}, not ${show(value)}`,
    attribute,
  );
}

export function unsupported(specversion: unknown): EnvelopeError {
  return new EnvelopeError(
    'SPECVERSION_UNSUPPORTED',
    `CloudEvents attribute "specversion" must be "1.0", not ${show(specversion)}`,
    'specversion',
  );
}

export function tooLarge(attribute: string, limit: string, actual: string): EnvelopeError {
  return new EnvelopeError(
    'TOO_LARGE',
    `CloudEvents attribute "${attribute}" must have at most ${limit}, not ${actual}`,
    attribute,
  );
}

export function undecodable(message: string, attribute: string | null = null): EnvelopeError {
  return new EnvelopeError('UNDECODABLE', message, attribute);
}

function show(value: unknown): string {
  if (typeof value !== 'string') {
    return typeof value === 'number' || typeof value === 'boolean' || value == null
      ? String(value)
      : `a value of type ${Array.isArray(value) ? 'array' : typeof value}`;
  }
  return value.length <= SHOWN_CHARACTERS
    ? JSON.stringify(value)
    : `${JSON.stringify(value.slice(0, SHOWN_CHARACTERS))}… (${value.length} characters)`;
}
