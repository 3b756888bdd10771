import { describe, expect, it } from 'vitest';
import { expectedVersions, isNamed } from './entity-tags.js';

describe('expectedVersions', () => {
  it.each<[string | undefined, readonly number[] | undefined]>([
    [undefined, undefined],
    ['*', undefined],
    [' * ', undefined],
    ['"3"', [3]],
    ['"3", "5"', [3, 5]],
    ['"3","5" ,, "7"', [3, 5, 7]],
    [', "3",', [3]],
    // Strong comparison: a weak one never matches.
    ['W/"3"', []],
    ['W/"3", "4"', [4]],
    ['"of-another,with-a-comma", "3"', [3]],
    ['"03", "3.0", "+3", "0", "-1", "1e3", ""', []],
    ['"99999999999999999999"', []],
  ])('reads %s as %j', (ifMatch, versions) => {
    expect(expectedVersions(ifMatch)).toEqual(versions);
  });

  it.each(['', ' ', ',', '3', '"3', "'3'", 'w/"3"', 'W/ "3"', '"3" "4"', '"a b"', '*, "3"'])(
    'refuses %j and says what to send',
    (ifMatch) => {
      expect(() => expectedVersions(ifMatch)).toThrow(
        'If-Match must be * or a list of entity tags as GET answered with, such as "3"',
      );
    },
  );
});

it('given more than 100 tags, then the refusal is about the header', () => {
  const list = (length: number) => Array.from({ length }, (_, n) => `"${n + 1}"`).join();
  expect(expectedVersions(list(100))).toHaveLength(100);
  expect(() => expectedVersions(list(101))).toThrow('If-Match may have at most 100 entity tags');
});

describe('isNamed', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['*', true],
    ['"3"', true],
    ['W/"3"', true],
    ['"2", W/"3"', true],
    ['"2"', false],
    ['3', false],
    ['"3', false],
  ])('given %s, then whether version 3 is named is %s', (ifNoneMatch, named) => {
    expect(isNamed(3, ifNoneMatch)).toBe(named);
  });
});
