import { appendFileSync } from 'node:fs';
import type { Random } from '@mesh/messaging/testing/random';
import type { FaultyMesh } from '../mesh/open-chaos-mesh.js';
import { allFaults, Deck } from './deck.js';
import type { Fault } from './fault.js';
import { aborted, lasting } from './lasting.js';
import { longSessions } from './sessions.js';
import { Tally } from './tally.js';

export interface StormOptions {
  readonly mesh: FaultyMesh;
  readonly random: Random;
  /** Ends the storm: time is up. The last fault is recovered from. */
  readonly signal: AbortSignal;
  /** Ends the storm at once: only what was done is taken back. */
  readonly quit: AbortSignal;
  /** A mesh that takes longer to recover from a fault has failed. */
  readonly recoveryLimitMs: number;
  /** Only these. @default all */
  readonly kinds?: readonly string[];
  /** Called while the mesh recovers, every second, and when it has; never while a fault is made. */
  readonly look?: () => Promise<void>;
  /** Ends the storm without waiting for a recovery: a look has found what it looked for. @default never */
  readonly enough?: AbortSignal;
}

/** How many faults meet the mesh at once: as many of ten rounds have one, two, three. */
const atOnce = [1, 1, 1, 1, 1, 2, 2, 2, 3, 3];
/** After that long the log of faults says who is waited for. */
const slowRecoveryMs = 15_000;
const betweenLooksMs = 1_000;
const calmMs = [200, 1_500] as const;
/** Ten minutes are to have a hundred faults also where each round takes long: then more come at once. */
const paceMs = 5_000;
const mostAtOnce = 6;

/**
 * Makes faults until the signal, the next when the mesh has recovered and had a moment of calm: a busy machine
 * gets more of them at once, not a mesh that is never up.
 */
export class Storm {
  readonly tally = new Tally();
  readonly #options: StormOptions;
  #last = 'none yet';

  constructor(options: StormOptions) {
    this.#options = options;
  }

  /** The last fault in words, with what became of it or who has not recovered yet. */
  get last(): string {
    const { waitingFor } = this.#options.mesh;
    return waitingFor.length === 0 ? this.#last : `${this.#last}: ${waitingFor.join('; ')}`;
  }

  /**
   * Fulfilled when the signal has come and the last fault was taken away.
   * @throws Error naming the faults and who has not recovered in time
   */
  async run(): Promise<void> {
    const { mesh, random, kinds, look } = this.#options;
    const signal = this.#over;
    const wanted = allFaults.filter(({ kind }) => kinds?.includes(kind) ?? true);
    const deck = new Deck(mesh, random, wanted);
    const begun = performance.now();
    await lasting(random.between(...calmMs), signal);
    while (!signal.aborted) {
      const behind = Math.floor((performance.now() - begun) / paceMs) - this.tally.total;
      const round = drawRound(deck, random, Math.min(behind, mostAtOnce));
      await this.#strike(round);
      if (!signal.aborted) await look?.();
      await lasting(random.between(...calmMs), signal);
    }
  }

  async #strike(round: readonly Fault[]): Promise<void> {
    const { mesh, quit, enough, recoveryLimitMs } = this.#options;
    const words = round.map(wordsOf).join(' + ');
    this.#note(words, 'under way');
    const slow = setTimeout(() => void this.#noteWaiting(words), slowRecoveryMs);
    const recovered = new AbortController();
    let looking: Promise<void> | undefined;
    let since: readonly number[];
    try {
      since = await Promise.all(round.map((fault) => fault.strike(this.#over)));
      looking = this.#keepLooking(recovered.signal);
      const leaving = AbortSignal.any([quit, ...(enough ? [enough] : [])]);
      await Promise.race([mesh.untilReady(recoveryLimitMs), aborted(leaving)]);
    } catch (error) {
      throw new Error(`The mesh has not recovered from ${words}: ${(error as Error).message}`, {
        cause: error,
      });
    } finally {
      clearTimeout(slow);
      recovered.abort();
      await looking;
    }
    if (quit.aborted) return;
    const now = performance.now();
    for (const [index, { kind }] of round.entries())
      this.tally.add(kind, now - (since[index] ?? now));
    const seconds = ((now - Math.min(...since)) / 1_000).toFixed(1);
    this.#note(words, enough?.aborted ? `left after ${seconds} s` : `recovered after ${seconds} s`);
  }

  async #keepLooking(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await lasting(betweenLooksMs, over);
      if (!over.aborted) await this.#options.look?.();
    }
  }

  get #over(): AbortSignal {
    const { signal, quit, enough } = this.#options;
    return AbortSignal.any([signal, quit, ...(enough ? [enough] : [])]);
  }

  async #noteWaiting(words: string): Promise<void> {
    const { mesh } = this.#options;
    const waiting = `still waits for ${mesh.waitingFor.join('; ')}`;
    const sessions = await longSessions(mesh);
    appendFileSync(mesh.faultLog, lineOf(words, [waiting, ...sessions].join('\n  ')));
  }

  #note(words: string, outcome: string): void {
    this.#last = `${words}, ${outcome}`;
    appendFileSync(this.#options.mesh.faultLog, lineOf(words, outcome));
  }
}

function drawRound(deck: Deck, random: Random, least: number): readonly Fault[] {
  const count = Math.max(random.pick(atOnce), least);
  const drawn = Array.from({ length: count }, () => deck.draw());
  return drawn.filter(
    ({ target }, index) => drawn.findIndex((other) => other.target === target) === index,
  );
}

function lineOf(words: string, outcome: string): string {
  return `${new Date().toISOString()} ${words}: ${outcome}\n`;
}

function wordsOf({ kind, target, how }: Fault): string {
  const whom = kind.endsWith(target) ? kind : `${kind} (${target})`;
  return how === '' ? whom : `${whom} ${how}`;
}
