import type { ExtensionValue } from './cloud-event.js';
import { invalid, missing, tooLarge } from './errors.js';

/** Of one attribute, in UTF-16 code units; well above what any attribute of ours needs. */
export const MAX_ATTRIBUTE_LENGTH = 8192;
/**
 * In UTF-8 bytes, of what consumers know an event by: an inbox has them in one index entry, for which
 * PostgreSQL has 2,704 bytes.
 */
export const MAX_IDENTITY_BYTES = 1024;
const IDENTITY = new Set(['id', 'source', 'partitionkey']);
/** AMQP carries a media type in a short string. */
const MAX_CONTENT_TYPE_LENGTH = 255;
/** An AMQP header name is a short string, prefix included. */
const MAX_NAME_LENGTH = 200;
const MAX_INTEGER = 0x7fffffff;

const NAME = /^[a-z0-9]+$/;
const CORE_NAMES = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'data',
]);
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;
const MEDIA_TYPE =
  /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:[ \t]*;[ \t]*[\w!#$&^.+*'-]+=(?:[\x21\x23-\x3a\x3c-\x7e]+|"[\x20\x21\x23-\x7e]*"))*$/;
const DATE_TIME =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

const PCHAR = String.raw`(?:[\w\-.~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})`;
const PCHAR_SLASH = String.raw`(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})`;
const QUERY = String.raw`(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*`;
const AUTHORITY = String.raw`(?:(?:[\w\-.~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?(?:\[[0-9A-Fa-f:.]+\]|(?:[\w\-.~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)(?::\d*)?`;
const SCHEME = String.raw`[A-Za-z][A-Za-z0-9+.\-]*:`;
const HIERARCHY = String.raw`(?:\/\/${AUTHORITY}(?:\/${PCHAR_SLASH}*)?|(?!\/\/)${PCHAR_SLASH}*)`;
const TAIL = String.raw`(?:\?${QUERY})?(?:#${QUERY})?`;
const URI_REFERENCE = new RegExp(`^(?:${SCHEME})?${HIERARCHY}${TAIL}$`);
const URI = new RegExp(`^${SCHEME}(?=\\/|${PCHAR})${HIERARCHY}${TAIL}$`);

/** A CloudEvents String: no control characters, no lone surrogates, no noncharacters. */
export function checkString(name: string, value: unknown): string {
  if (typeof value !== 'string') throw invalid(name, 'be a string', value);
  if (value.length > MAX_ATTRIBUTE_LENGTH) {
    throw tooLarge(name, `${MAX_ATTRIBUTE_LENGTH} characters`, `${value.length}`);
  }
  // A character has at most three bytes a code unit.
  if (value.length * 3 > MAX_IDENTITY_BYTES && IDENTITY.has(name)) checkBytes(name, value);
  if (!PRINTABLE_ASCII.test(value) && FORBIDDEN.test(value)) {
    throw invalid(name, 'have no control characters, lone surrogates or noncharacters', value);
  }
  return value;
}

function checkBytes(name: string, value: string): void {
  const bytes = Buffer.byteLength(value);
  if (bytes > MAX_IDENTITY_BYTES) throw tooLarge(name, `${MAX_IDENTITY_BYTES} bytes`, `${bytes}`);
}

/** @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#required-attributes */
export function checkNonEmpty(name: string, value: unknown): string {
  if (value === '') throw invalid(name, 'not be empty', value);
  return checkString(name, value);
}

export function checkSource(value: unknown): string {
  const source = checkNonEmpty('source', value);
  if (!URI_REFERENCE.test(source)) throw invalid('source', 'be a URI reference (RFC 3986)', source);
  return source;
}

export function checkDataSchema(value: unknown): string {
  const schema = checkNonEmpty('dataschema', value);
  if (!URI.test(schema)) throw invalid('dataschema', 'be a URI with a scheme (RFC 3986)', schema);
  return schema;
}

export function checkTime(value: unknown): string {
  const time = checkNonEmpty('time', value);
  const match = DATE_TIME.exec(time);
  const day = Number(match?.[3]);
  if (match === null || (day > 28 && day > daysIn(Number(match[1]), Number(match[2])))) {
    throw invalid('time', 'be an RFC 3339 timestamp such as 2026-01-31T12:00:00Z', time);
  }
  return time;
}

export function checkContentType(value: unknown): string {
  const type = checkNonEmpty('datacontenttype', value);
  if (type.length > MAX_CONTENT_TYPE_LENGTH) {
    throw tooLarge('datacontenttype', `${MAX_CONTENT_TYPE_LENGTH} characters`, `${type.length}`);
  }
  if (!MEDIA_TYPE.test(type)) throw invalid('datacontenttype', 'be a media type (RFC 2046)', type);
  return type;
}

/** @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#extension-context-attributes */
export function checkExtension(name: string, value: unknown): ExtensionValue {
  if (!NAME.test(name) || name.length > MAX_NAME_LENGTH || CORE_NAMES.has(name)) {
    const must = `have a name of 1 to ${MAX_NAME_LENGTH} lower-case letters and digits that is no core attribute's`;
    throw invalid(name, must, name);
  }
  if (typeof value === 'string') return checkString(name, value);
  if (typeof value === 'boolean') return value;
  if (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= -MAX_INTEGER - 1 &&
    value <= MAX_INTEGER
  ) {
    return value;
  }
  if (value === undefined || value === null) throw missing(name);
  throw invalid(name, 'be a string, a boolean or a whole number of 32 bits', value);
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}
