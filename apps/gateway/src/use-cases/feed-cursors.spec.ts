import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeedCursors } from './feed-cursors.js';

const cursors = new FeedCursors(Buffer.alloc(32, 7));
const place = { epoch: '7331.4', sequence: 42 };

describe('FeedCursors', () => {
  it('given a cursor of its own, then it is read back', () => {
    fc.assert(
      fc.property(fc.string(), fc.uuid(), fc.nat(), (customer, epoch, sequence) => {
        const cursor = cursors.encode(customer, { epoch, sequence });
        expect(cursors.decode(customer, cursor)).toEqual({ epoch, sequence });
      }),
    );
    expect(cursors.decode('ann', cursors.encode('ann', place))).toEqual(place);
  });

  it("given another customer's cursor, or one of another secret, then it is refused", () => {
    const cursor = cursors.encode('ann', place);
    expect(cursors.decode('bob', cursor)).toBeUndefined();
    expect(new FeedCursors(Buffer.alloc(32, 8)).decode('ann', cursor)).toBeUndefined();
  });

  it('given a cursor that was changed anywhere, then it is refused', () => {
    const cursor = cursors.encode('ann', place);
    for (let index = 0; index < cursor.length; index += 1) {
      const other = cursor[index] === 'A' ? 'B' : 'A';
      const changed = cursor.slice(0, index) + other + cursor.slice(index + 1);
      expect(cursors.decode('ann', changed)).toBeUndefined();
    }
    expect(cursors.decode('ann', `${cursor}=`)).toBeUndefined();
    expect(cursors.decode('ann', cursor.slice(0, -1))).toBeUndefined();
  });

  it('given anything else, then it is refused', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 1000 }), (text) => {
        expect(cursors.decode('ann', text)).toBeUndefined();
      }),
    );
  });
});
