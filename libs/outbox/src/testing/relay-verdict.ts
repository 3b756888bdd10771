/** What became of the events that were committed: all 0 where nothing is lost, and all came in order. */
export interface Verdict {
  readonly lost: number;
  /** Published again. */
  readonly doubled: number;
  /** Published for the first time after a later one of its key. */
  readonly disordered: number;
}

/** Judges the versions of each key as they were published, of which the numbers from 1 to `committed` exist. */
export function verdictOf(
  published: ReadonlyMap<string, readonly number[]>,
  committed: ReadonlyMap<string, number>,
): Verdict {
  const verdict = { lost: 0, doubled: 0, disordered: 0 };
  for (const [key, count] of committed) {
    const seen = new Set<number>();
    let last = 0;
    for (const version of published.get(key) ?? []) {
      if (seen.has(version)) verdict.doubled += 1;
      else if (version < last) verdict.disordered += 1;
      seen.add(version);
      last = Math.max(last, version);
    }
    verdict.lost += count - seen.size;
  }
  return verdict;
}
