import { describe, expect, it } from 'vitest';
import { missingLine, stepsOf } from './printed.js';

const shown = 'ID       AGE  KEY\norder/1  5s   01a1feb5-c752-72cb\n…\nDone: 3 of …';

describe('missingLine', () => {
  it('given other figures, ids and widths, then misses nothing', () => {
    const printed =
      '> npm run\n\nID  AGE  KEY\norder/12  10s  77a1feb5-d752-aacb\nmore\nDone: 4 of all\n';
    expect(missingLine(shown, printed)).toBeUndefined();
  });

  it.each([
    ['ID AGE KEY\nDone: 3 of all', 'order/1  5s   01a1feb5-c752-72cb'],
    ['ID AGE KEY\nDone: 3 of all\norder/1 five 1', 'order/1  5s   01a1feb5-c752-72cb'],
    ['ID AGE KEY\norder/1 5s 01a1feb5-c752-72cb\nFailed', 'Done: 3 of …'],
  ])('given %j, then misses a line', (printed, line) => {
    expect(missingLine(shown, printed)).toBe(line);
  });
});

it('missingLine: a line that is shown twice has to come twice', () => {
  expect(missingLine('a 1\na 2', 'a 3\n')).toBe('a 2');
  expect(missingLine('a 1\nb', 'b\na 3\n')).toBeUndefined();
});

it('stepsOf: each command has what it prints', () => {
  expect(stepsOf('$ a \\\n  -b\none\ntwo\n$ c\n')).toEqual([
    { command: 'a \\\n  -b', shown: 'one\ntwo' },
    { command: 'c', shown: '' },
  ]);
});
