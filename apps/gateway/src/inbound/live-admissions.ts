import { AppError } from '@mesh/service-kit';

export interface AdmissionLimits {
  readonly perCustomer: number;
  readonly perAddress: number;
}

/** Counts the live connections of each customer and each address, and refuses more than the limits. */
export class LiveAdmissions {
  readonly #customers = new Map<string, number>();
  readonly #addresses = new Map<string, number>();
  readonly #limits: AdmissionLimits;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /**
   * Takes a place; the function that is returned gives it back, once however often it is called.
   * @throws AppError TOO_MANY_REQUESTS
   */
  enter({
    customerId,
    address,
  }: {
    readonly customerId: string;
    readonly address: string;
  }): () => void {
    const { perCustomer, perAddress } = this.#limits;
    refuseFrom(this.#customers, customerId, perCustomer, 'A customer');
    refuseFrom(this.#addresses, address, perAddress, 'An address');
    add(this.#customers, customerId, 1);
    add(this.#addresses, address, 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      add(this.#customers, customerId, -1);
      add(this.#addresses, address, -1);
    };
  }
}

function refuseFrom(counts: Map<string, number>, key: string, limit: number, who: string): void {
  if ((counts.get(key) ?? 0) < limit) return;
  throw new AppError('TOO_MANY_REQUESTS', `${who} has at most ${limit} live connections`);
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
