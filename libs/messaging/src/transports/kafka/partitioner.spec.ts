import kafkajs, { type PartitionerArgs, type PartitionMetadata } from 'kafkajs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stickyPartitioner } from './partitioner.js';

const argsOf = (key: string | null, partitions: number): PartitionerArgs => ({
  topic: 'jobs',
  message: { key, value: null },
  partitionMetadata: Array.from(
    { length: partitions },
    (_, partitionId) => ({ partitionId, leader: 1 }) as PartitionMetadata,
  ),
});

it('puts keys where other clients put them, also when partitions are added', () => {
  const theirs = kafkajs.Partitioners.DefaultPartitioner();
  const ours = stickyPartitioner();
  const key = fc.constantFrom('', 'o-1', 'o-2', 'é');
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.integer({ min: 1, max: 12 }))), (messages) => {
      for (const [name, partitions] of messages)
        expect(ours(argsOf(name, partitions))).toBe(theirs(argsOf(name, partitions)));
    }),
  );
});

it('given a message without a key, then a retry goes to the same partition', () => {
  const ours = stickyPartitioner();
  const args = argsOf(null, 6);
  const first = ours(args);
  expect([ours(argsOf(null, 6)), ours(args)]).toEqual([(first + 1) % 6, first]);
});
