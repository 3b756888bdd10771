import { expect, it } from 'vitest';
import { PartitionProgress } from './partition-progress.js';

it('lets only what is finished without a gap be committed', () => {
  const progress = new PartitionProgress(null);
  const [first, second, third] = [10, 11, 15].map((offset) => progress.handOver(offset));
  expect(progress.next).toBe(16);
  expect(progress.finish(second!)).toBe(false);
  expect(progress.uncommitted).toBeNull();
  expect(progress.finish(first!)).toBe(true);
  expect(progress.uncommitted).toBe(12);
  progress.committed(12);
  expect(progress.uncommitted).toBeNull();
  progress.finish(third!);
  expect(progress.uncommitted).toBe(16);
});

it('given a place to start, then that is committed before anything was read', () => {
  expect(new PartitionProgress(42)).toMatchObject({ next: 42, uncommitted: 42 });
});

it('tells its deliveries when it is given away', () => {
  const progress = new PartitionProgress(null);
  progress.lose();
  expect(progress.signal.aborted).toBe(true);
});
