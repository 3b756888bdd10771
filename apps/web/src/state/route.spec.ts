import { expect, it } from 'vitest';
import { hashTo, parsePath } from './route.js';

it.each([[[]], [['things', '01-abc']], [['operator']], [['operator', 'probe', '3/4']]])(
  'given %j, when its address is opened again, then it is the same',
  (parts) => expect(parsePath(hashTo(...parts))).toEqual(parts),
);

it.each(['', '#', '#/', '#/%E0%A4%A'])('given the address %j, then it is no part', (hash) =>
  expect(parsePath(hash)).toEqual([]),
);
