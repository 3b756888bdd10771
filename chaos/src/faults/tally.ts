/** Recovery of one kind of fault, in milliseconds. */
export interface KindTally {
  readonly kind: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly maxMs: number;
}

/** Counts faults by kind, with the times that the mesh took to recover. */
export class Tally {
  readonly #recoveries = new Map<string, number[]>();

  add(kind: string, recoveryMs: number): void {
    this.#recoveries.set(kind, [...(this.#recoveries.get(kind) ?? []), recoveryMs]);
  }

  get total(): number {
    return [...this.#recoveries.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Over all kinds. */
  get all(): KindTally {
    return tallyOf('all', [...this.#recoveries.values()].flat());
  }

  /** The most frequent first. */
  get byKind(): readonly KindTally[] {
    return [...this.#recoveries]
      .map(([kind, recoveries]) => tallyOf(kind, recoveries))
      .sort((one, other) => other.count - one.count || one.kind.localeCompare(other.kind));
  }
}

function tallyOf(kind: string, recoveries: readonly number[]): KindTally {
  const sorted = [...recoveries].sort((one, other) => one - other);
  return {
    kind,
    count: sorted.length,
    p50Ms: sorted[Math.ceil(sorted.length / 2) - 1] ?? 0,
    maxMs: sorted.at(-1) ?? 0,
  };
}
