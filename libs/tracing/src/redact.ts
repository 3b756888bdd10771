/** Names whose value is a secret, unless it says where one is: `CURSOR_SECRET_FILE`. */
const secretName =
  /passw(or)?d|secret|token|authorization|cookie|credential|(api|private|access).?key/i;
const placeName = /_(FILE|URL|URLS)$/;
/** Names of what people and other systems send. */
const payloadName = /^(data|payload|body|content|value)$/i;

const DEPTH = 4;
const MASK = '***';

/**
 * The fields of a log line without secrets and payloads, told by their names, four levels deep. Numbers and
 * booleans stay, errors too, of which {@link errorFields} makes fields.
 */
export function redacted(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, redactedField(name, value, DEPTH)]),
  );
}

/** Whether what is called so must not be in a log. */
export function isHidden(name: string): boolean {
  return payloadName.test(name) || (secretName.test(name) && !placeName.test(name));
}

function redactedField(name: string, value: unknown, depth: number): unknown {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return value;
  if (isHidden(name)) return MASK;
  if (typeof value === 'string' || value instanceof Error) return value;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (!isPlain(value)) return value;
  if (depth === 1) return '…';
  if (Array.isArray(value)) return value.map((item) => redactedField('', item, depth - 1));
  const fields = Object.entries(value).map(
    ([key, item]) => [key, redactedField(key, item, depth - 1)] as const,
  );
  return Object.fromEntries(fields);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}

const patterns: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/"\\]*):[^\s"\\]+@/gi, `$1:${MASK}@`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/g, `$1 ${MASK}`],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, MASK],
  [/([?&][^=&\s"]*(?:password|secret|token)[^=&\s"]*=)[^&#\s"\\]*/gi, `$1${MASK}`],
];

/**
 * A cleaner of whole lines, for what is in texts, such as an error's: passwords of URLs, bearer tokens, and the
 * given secrets of 8 characters or more (shorter ones are words).
 */
export function lineCleaner(secrets: readonly string[]): (line: string) => string {
  const known = secrets
    .filter((secret) => secret.length >= 8)
    .map((secret) => JSON.stringify(secret).slice(1, -1));
  return (line) => {
    const unknown = patterns.reduce((text, [pattern, mask]) => text.replace(pattern, mask), line);
    return known.reduce((text, secret) => text.replaceAll(secret, MASK), unknown);
  };
}
