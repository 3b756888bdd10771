import kafkajs, { type Message, type PartitionerArgs } from 'kafkajs';

/** Of keys whose partition is remembered: keys come again and again, and hashing one takes 2 µs. */
const MOST_KEYS = 10_000;

/**
 * Keys go where every Java client sends them. A message without a key goes round robin, but to the
 * same partition at each retry: otherwise another batch could arrive there under the sequence number
 * of one that the broker took, and be dropped as its repeat.
 */
export function stickyPartitioner(): (args: PartitionerArgs) => number {
  const byKey = rememberingKeys(kafkajs.Partitioners.DefaultPartitioner());
  const chosen = new WeakMap<Message, number>();
  let turn = 0;
  return (args) => {
    const { message, partitionMetadata } = args;
    if (message.key !== null && message.key !== undefined) return byKey(args);
    const partition = chosen.get(message) ?? turn++ % partitionMetadata.length;
    chosen.set(message, partition);
    return partition;
  };
}

function rememberingKeys(
  partition: (args: PartitionerArgs) => number,
): (args: PartitionerArgs) => number {
  /** By the number of partitions, which topics share and an operator may raise. */
  const known = new Map<number, Map<string, number>>();
  return (args) => {
    const { key } = args.message;
    if (typeof key !== 'string') return partition(args);
    const count = args.partitionMetadata.length;
    const keys = known.get(count) ?? new Map<string, number>();
    known.set(count, keys);
    const before = keys.get(key);
    if (before !== undefined) return before;
    if (keys.size >= MOST_KEYS) keys.clear();
    const chosen = partition(args);
    keys.set(key, chosen);
    return chosen;
  };
}
