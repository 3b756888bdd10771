/**
 * What is on purpose otherwise than code makes it, or beside it: the object, and why. The one place for what an
 * overlay opens or changes: a policy for a neighbour, a topic with more partitions.
 */
export const deliberate: ReadonlyMap<string, string> = new Map([
  ['KafkaUser lag-reader', 'the autoscaler sees how far groups are, and reads nothing'],
]);
