/**
 * The key-hash partition of an entry: FNV-1a over UTF-16 units. Part of the stored format: every
 * process that appends must place a key alike. Entries without a key are spread at random.
 */
export function partitionOf(key: string | null, partitions: number): number {
  if (key === null) return Math.floor(Math.random() * partitions);
  let hash = 2166136261;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 16777619);
  return (hash >>> 0) % partitions;
}
