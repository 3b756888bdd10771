import { describe, expect, it } from 'vitest';
import { judgeSequence } from './sequence.js';

const judge = (seen: readonly number[], last: number, repeats = false) =>
  judgeSequence(seen, { key: 'o1', where: 'the log', last, repeats }).map(
    ({ kind, what }) => `${kind}: ${what}`,
  );

describe('judgeSequence', () => {
  it.each([
    { seen: [1, 2, 3], last: 3, finds: [] },
    { seen: [], last: 0, finds: [] },
    { seen: [1, 3], last: 3, finds: ['lost: the log lacks version 2 of 3'] },
    { seen: [1, 2], last: 3, finds: ['lost: the log lacks version 3 of 3'] },
    { seen: [1, 2, 2, 3], last: 3, finds: ['doubled: the log has version 2 again'] },
    { seen: [1, 3, 2], last: 3, finds: ['disordered: the log has version 2 after 3'] },
    { seen: [1, 2], last: 1, finds: ['doubled: the log has version 2, which there never was'] },
    {
      seen: [2, 1, 1],
      last: 3,
      finds: [
        'disordered: the log has version 1 after 2',
        'doubled: the log has version 1 again',
        'lost: the log lacks version 3 of 3',
      ],
    },
  ])('given $seen of $last, then finds $finds', ({ seen, last, finds }) => {
    expect(judge(seen, last)).toEqual(finds);
  });

  it('given what may come again, then a repeat is none of its business, a swap is', () => {
    expect(judge([1, 2, 1, 2, 3], 3, true)).toEqual([]);
    expect(judge([1, 3, 1, 2, 3], 3, true)).toEqual(['disordered: the log has version 2 after 3']);
  });
});
