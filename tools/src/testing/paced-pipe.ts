import type { Socket } from 'node:net';

/** What bytes meet on their way in one direction. */
export interface Passage {
  readonly latencyMs: number;
  /** Infinity for no limit. */
  readonly bytesPerSecond: number;
  /** `swallow`: read and dropped. `hold`: nothing is read until it is open again, as while packets are lost and sent again. */
  readonly state: 'open' | 'hold' | 'swallow';
}

/** Held in one direction at most, beside what the sockets hold: then the sender has to wait. */
const HELD_BYTES = 256 * 1024;
/** A narrow passage takes that much of a second at once. */
const SLICE_SECONDS = 0.01;

/** Carries what one socket reads to another, in its order, as the passage allows at that moment. */
export class PacedPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #passage: () => Passage;
  #queue: { bytes: Buffer; readonly dueAt: number }[] = [];
  #held = 0;
  #freeAt = 0;
  #ended = false;
  #swallowed = 0;
  #broken = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, passage: () => Passage) {
    this.#from = from;
    this.#to = to;
    this.#passage = passage;
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.on('end', () => this.#end());
    to.on('drain', () => this.pump());
    to.on('close', () => this.#drop());
    this.pump();
  }

  /** Something was swallowed: what follows can't be understood by the reader. */
  get broken(): boolean {
    return this.#broken;
  }

  get swallowedBytes(): number {
    return this.#swallowed;
  }

  get heldBytes(): number {
    return this.#held;
  }

  /** Passes on what may pass now; to be called again when the passage has changed. */
  pump(): void {
    clearTimeout(this.#timer);
    const { state, bytesPerSecond } = this.#passage();
    if (state === 'hold') return void this.#from.pause();
    if (state === 'swallow') this.#swallow();
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const waitMs = Math.max(next.dueAt, this.#freeAt) - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.pump(), waitMs);
        break;
      }
      if (this.#to.writableNeedDrain) break;
      this.#write(next, bytesPerSecond);
    }
    if (this.#ended && !this.#broken && this.#queue.length === 0) this.#to.end();
    if (this.#held < HELD_BYTES) this.#from.resume();
  }

  #write(next: { bytes: Buffer }, bytesPerSecond: number): void {
    const slice = next.bytes.subarray(0, Math.ceil(bytesPerSecond * SLICE_SECONDS));
    next.bytes = next.bytes.subarray(slice.length);
    if (next.bytes.length === 0) this.#queue.shift();
    this.#held -= slice.length;
    this.#freeAt =
      Math.max(this.#freeAt, performance.now()) + (slice.length / bytesPerSecond) * 1000;
    this.#to.write(slice);
  }

  #take(bytes: Buffer): void {
    this.#queue.push({ bytes, dueAt: performance.now() + this.#passage().latencyMs });
    this.#held += bytes.length;
    if (this.#held >= HELD_BYTES) this.#from.pause();
    this.pump();
  }

  #end(): void {
    this.#ended = true;
    this.pump();
  }

  #swallow(): void {
    if (this.#held > 0 || this.#ended) this.#broken = true;
    this.#swallowed += this.#held;
    this.#drop();
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#queue = [];
    this.#held = 0;
  }
}
