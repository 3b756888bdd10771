import { describe, expect, it } from 'vitest';
import type { LogRow } from './entry.js';
import { PartitionCursor, type ReadRow } from './partition-cursor.js';

const START = { prev: '5:5:', cur: null, position: 0n };
const STEP = { prev: '5:5:', cur: '9:9:', position: 0n };
const READ = { prev: '9:9:', cur: null, position: 0n };

function cursorWith(...positions: readonly bigint[]): { cursor: PartitionCursor; rows: ReadRow[] } {
  const cursor = new PartitionCursor({ partition: 3, fence: '1', point: START });
  const entries = positions.map((position) => ({ position }) as LogRow);
  const rows = cursor.add(entries, READ, STEP);
  for (const row of rows) cursor.handOver(row);
  return { cursor, rows };
}

describe('PartitionCursor', () => {
  it('commits only up to before the lowest unfinished row', () => {
    const { cursor, rows } = cursorWith(11n, 12n, 15n);
    cursor.settle(rows[1]!, true);
    expect(cursor.commitPoint).toEqual({ ...STEP, position: 10n });
    cursor.settle(rows[0]!, true);
    expect(cursor.commitPoint).toEqual({ ...STEP, position: 14n });
  });

  it('passes to the next snapshot when every row of a step is finished', () => {
    const { cursor, rows } = cursorWith(11n, 12n);
    for (const row of rows) cursor.settle(row, true);
    expect(cursor.commitPoint).toEqual(READ);
    expect(cursor.dirty).toBe(true);
    cursor.committed(cursor.passed);
    expect(cursor.dirty).toBe(false);
  });

  it('given a snapshot without a row of the partition, then there is nothing to commit', () => {
    const { cursor } = cursorWith();
    expect(cursor.commitPoint).toEqual(READ);
    expect(cursor.dirty).toBe(false);
  });

  it('given a row is finished while the cursor is being committed, then it is to be committed again', () => {
    const { cursor, rows } = cursorWith(11n, 12n);
    cursor.settle(rows[0]!, true);
    const { passed } = cursor;
    cursor.settle(rows[1]!, true);
    cursor.committed(passed);
    expect(cursor.dirty).toBe(true);
  });

  it('given a row is rejected, then goes back to the lowest unfinished one', () => {
    const { cursor, rows } = cursorWith(11n, 12n, 15n);
    cursor.settle(rows[0]!, true);
    cursor.settle(rows[1]!, false);
    cursor.settle(rows[2]!, true);
    expect(cursor.failed).toBe(true);
    cursor.rewind();
    expect(cursor.point).toEqual({ ...STEP, position: 11n });
    expect(cursor.failed).toBe(false);
    expect(cursor.ahead).toBe(0);
  });

  it('takes back what was read and not handed over', () => {
    const { cursor, rows } = cursorWith(11n);
    const [second] = cursor.add([{ position: 20n } as LogRow], READ, STEP);
    cursor.dropUnhanded();
    expect(second?.state).toBe('dropped');
    expect(cursor.point).toEqual({ ...STEP, position: 19n });
    expect(cursor.underWay).toBe(1);
    cursor.settle(rows[0]!, true);
    expect(cursor.commitPoint).toEqual({ ...STEP, position: 19n });
  });

  it('counts rejections in a row until a row is finished', () => {
    const { cursor, rows } = cursorWith(11n, 12n);
    for (const row of rows) cursor.settle(row, false);
    expect(cursor.failures).toBe(1);
    cursor.rewind();
    const again = cursor.add([rows[0]!.row], READ, STEP);
    cursor.handOver(again[0]!);
    cursor.settle(again[0]!, false);
    expect(cursor.failures).toBe(2);
  });
});
