import { AppError } from '@mesh/service-kit';

interface EntityTag {
  readonly weak: boolean;
  readonly opaque: string;
}

/** As many versions as a service takes. */
const maxTags = 100;
/** A list may have empty elements; what is in quotes may have commas. */
const listElement = /\s*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)")?\s*(?:,|$)/y;

/** The strong entity tag of a version. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/**
 * The versions that `If-Match` asks for, by strong comparison; undefined when it is `*` or absent, empty when
 * nothing can match.
 * @throws AppError VALIDATION_FAILED when it is no list of entity tags, or one of more than 100
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
 */
export function expectedVersions(ifMatch: string | undefined): readonly number[] | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const tags = parseTags(ifMatch);
  if (tags === undefined) {
    throw new AppError(
      'VALIDATION_FAILED',
      'If-Match must be * or a list of entity tags as GET answered with, such as "3"',
    );
  }
  if (tags.length > maxTags)
    throw new AppError('VALIDATION_FAILED', `If-Match may have at most ${maxTags} entity tags`);
  return tags.filter(({ weak }) => !weak).flatMap(({ opaque }) => versionOf(opaque) ?? []);
}

/**
 * Whether `If-None-Match` names this version, by weak comparison; what is no list of entity tags names none.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 */
export function isNamed(version: number, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return parseTags(ifNoneMatch)?.some(({ opaque }) => opaque === String(version)) ?? false;
}

function parseTags(list: string): readonly EntityTag[] | undefined {
  const tags: EntityTag[] = [];
  listElement.lastIndex = 0;
  while (listElement.lastIndex < list.length) {
    const [, weak, opaque] = listElement.exec(list) ?? [undefined, undefined, null];
    if (opaque === null) return undefined;
    if (opaque !== undefined) tags.push({ weak: weak !== undefined, opaque });
  }
  return tags.length === 0 ? undefined : tags;
}

/** As {@link entityTag} writes it; others are tags of nothing. */
function versionOf(opaque: string): number | undefined {
  const version = Number(opaque);
  return Number.isSafeInteger(version) && String(version) === opaque && version > 0
    ? version
    : undefined;
}
