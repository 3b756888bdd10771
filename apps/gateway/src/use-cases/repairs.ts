/** When to look again; the pauses between failed attempts grow from `minMs` to `maxMs`, with full jitter. */
export interface RepairTiming {
  readonly minMs: number;
  readonly maxMs: number;
}

/** Mends what is needed, one at a time a key; a failed attempt is made again until it succeeds or all stop. */
export class Repairs {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Set<string>();
  readonly #timing: RepairTiming;
  readonly #failed: (error: unknown) => boolean;
  #stopped = false;

  /** `failed` is told each failure and says whether trying again makes sense. */
  constructor(options: {
    readonly timing: RepairTiming;
    readonly failed: (error: unknown) => boolean;
  }) {
    this.#timing = options.timing;
    this.#failed = options.failed;
  }

  /** Runs `repair` after a pause, unless one of this key is due or running; true: it is mended. */
  need(key: string, afterMs: number, repair: () => Promise<boolean>): void {
    if (this.#timers.has(key) || this.#running.has(key)) return;
    this.#schedule(key, afterMs, repair, 1);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #schedule(key: string, afterMs: number, repair: () => Promise<boolean>, attempt: number): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => void this.#run(key, repair, attempt), afterMs);
    this.#timers.set(key, timer);
  }

  async #run(key: string, repair: () => Promise<boolean>, attempt: number): Promise<void> {
    this.#timers.delete(key);
    this.#running.add(key);
    const mended = await repair().catch((error: unknown) => !this.#failed(error));
    this.#running.delete(key);
    if (mended) return;
    const { minMs, maxMs } = this.#timing;
    const pauseMs = minMs + Math.random() * Math.min(maxMs, minMs * 2 ** attempt);
    this.#schedule(key, pauseMs, repair, attempt + 1);
  }
}
