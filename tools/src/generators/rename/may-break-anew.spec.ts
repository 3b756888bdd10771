import { expect, it } from 'vitest';
import { mayBreakAnew } from './may-break-anew.js';

const long = 'x'.repeat(98);

it.each([
  ['what only grew, and fits', 'a.ts', 'one a\ntwo', 'one ab\ntwo', false],
  ['what does not fit any more', 'a.ts', `a ${long}`, `ab ${long}`, true],
  ['what may fit now', 'a.ts', 'ab(\n)', 'a(\n)', true],
  ['a row of a table', 'a.md', '| a |', '| ab |', true],
  ['a long line that nobody changed', 'a.ts', `xx${long}x\na`, `xx${long}x\nab`, false],
  ['what the protos make', 'libs/contracts/src/gen/a.ts', `a${long}`, `abcd${long}`, false],
])('given %s (%s)', (_, path, before, after, expected) => {
  expect(mayBreakAnew(path, before, after)).toBe(expected);
});
