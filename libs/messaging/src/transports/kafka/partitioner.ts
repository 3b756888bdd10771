import kafkajs, { type Message, type PartitionerArgs } from 'kafkajs';

/**
 * Keys go where every Java client sends them. A message without a key goes round robin, but to the
 * same partition at each retry: otherwise another batch could arrive there under the sequence number
 * of one that the broker took, and be dropped as its repeat.
 */
export function stickyPartitioner(): (args: PartitionerArgs) => number {
  const byKey = kafkajs.Partitioners.DefaultPartitioner();
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
