import type { ChaosMesh } from '../mesh/chaos-mesh.js';
import { lasting } from '../faults/lasting.js';
import { giveWay } from '../telling.js';
import type { Stores } from '../verdict/evidence.js';
import type { Finding } from '../verdict/finding.js';
import { judgeBeforeTheEnd } from '../verdict/judge.js';
import { readStores } from './stores.js';

/** A look may take this share of the time between two, unless that is longer than a look may be away. */
const SHARE = 0.05;
const LONGEST_MS = 15_000;
/** What a second look after so long does not find again was on its way. */
const AGAIN_MS = 1_000;

export interface EarlyLookOptions {
  readonly mesh: Pick<ChaosMesh, 'databases' | 'appended'>;
  readonly signal: AbortSignal;
  /** What the databases hold; rejects while they can't be read. @default read from the mesh */
  readonly read?: () => Promise<Stores>;
  /** Milliseconds. @default those of this process */
  readonly now?: () => number;
  /** Fulfilled before the second look. @default a second */
  readonly pause?: () => Promise<void>;
}

/** Looks into the databases of a mesh at work, from time to time. */
export class EarlyLook {
  readonly #options: Required<EarlyLookOptions>;
  #nextAt = 0;

  constructor(options: EarlyLookOptions) {
    const read = () => readStores(options.mesh);
    const pause = () => lasting(AGAIN_MS, options.signal);
    this.#options = { read, pause, now: () => performance.now(), ...options };
  }

  /**
   * What two looks in a row have found; nothing when the last one was too short ago, or when events are in the
   * WAL, which can't be read as it was at the moment of a table.
   */
  async findings(): Promise<readonly Finding[]> {
    const { mesh, now, pause } = this.#options;
    if (mesh.appended !== undefined) return [];
    const began = now();
    if (began < this.#nextAt) return [];
    const first = await this.#look();
    const ended = now();
    this.#nextAt = ended + Math.min((ended - began) / SHARE, LONGEST_MS);
    if (first.length === 0) return [];
    await pause();
    const names = new Set(first.map(nameOf));
    return (await this.#look()).filter((finding) => names.has(nameOf(finding)));
  }

  async #look(): Promise<readonly Finding[]> {
    const { read, signal } = this.#options;
    // A server that is away is looked at the next time.
    const stores = await read().catch(() => undefined);
    if (stores === undefined || signal.aborted) return [];
    return judgeBeforeTheEnd(stores, () => giveWay(signal));
  }
}

function nameOf({ kind, key }: Finding): string {
  return `${kind} ${key}`;
}
