import { hash } from 'node:crypto';

/** How many requests of one origin are served in a window that begins with the first of them. */
export interface RateLimit {
  readonly requests: number;
  readonly windowSeconds: number;
}

/** What one more request leaves of a limit. */
export interface Quota extends RateLimit {
  readonly allowed: boolean;
  readonly remaining: number;
  /** When the window ends. */
  readonly resetMs: number;
}

/** Counts requests by slot: in this process, which is at once, or for all replicas. Never rejects. */
export interface RequestCounter {
  count(slot: string): Quota | Promise<Quota>;
}

/** Whose requests a limit counts. */
export type LimitName = 'address' | 'customer';

/** Origins that share a slot share its limit: of ten thousand that call in a window, each with a chance of 15%. */
const slots = 2 ** 16;
const maxKnown = 4096;

/**
 * Counts requests by what they come from. Memory is bounded by the number of slots, however many origins there
 * are, and 4,096 origins seen lately; which origins share a slot can't be known without the secret. Nothing that a
 * store gets names anybody.
 */
export class RateLimits {
  /** Slots that were worked out lately; bounded, and made anew at any time. */
  readonly #known = new Map<string, string>();

  constructor(
    private readonly counters: Readonly<Partial<Record<LimitName, RequestCounter>>>,
    /** The same at all replicas. */
    private readonly secret: string,
  ) {}

  /** Counts one request. Undefined where this limit is off. */
  count(name: LimitName, origin: string): Quota | Promise<Quota> | undefined {
    return this.counters[name]?.count(this.#slotOf(`${name}/${origin}`));
  }

  #slotOf(origin: string): string {
    const known = this.#known.get(origin);
    if (known !== undefined) return known;
    if (this.#known.size >= maxKnown) this.#known.clear();
    const slot = slotOf(`${this.secret}/${origin}`);
    this.#known.set(origin, slot);
    return slot;
  }
}

function slotOf(text: string): string {
  return String(Number.parseInt(hash('sha256', text).slice(0, 8), 16) % slots);
}
