import { liveMetrics } from './live-closing.js';

/** Where a queue sends to. */
export interface SendWire {
  send(event: string, message: object): void;
  /** Bytes that were sent and have not left this process. */
  waiting(): number;
}

/** Of what thing a message tells the state, and which state that is: a later one replaces an earlier one. */
export interface State {
  readonly id: string;
  readonly version: number;
}

export interface SendLimits {
  /** Of what waits here as JSON; what comes beyond that is an overflow. */
  readonly maxBytes: number;
  /** From this on, a state that waits is replaced by a later one of the same thing. */
  readonly conflateBytes: number;
  /** No more is handed to the wire while this much has not left it. */
  readonly windowBytes: number;
  /** How long a client may take nothing of what waits. */
  readonly patienceMs: number;
}

/** The limits of a queue of at most `maxBytes`. */
export function sendLimits(maxBytes: number, patienceMs: number): SendLimits {
  const windowBytes = Math.min(64 * 1024, maxBytes / 4);
  return { maxBytes, conflateBytes: maxBytes / 4, windowBytes, patienceMs };
}

interface Waiting {
  readonly event: string;
  readonly message: object;
  readonly bytes: number;
  readonly state: State | undefined;
  /** Number among the messages of this event. */
  readonly number: number;
  readonly place: number;
  conflated: boolean;
}

/** What waits, and what is known of it until all has been sent. */
class Backlog {
  /** By place. */
  readonly waiting = new Map<number, Waiting>();
  readonly latest = new Map<string, Waiting>();
  /** Messages of each event that came since something waits, and those of them that were sent. */
  readonly given = new Map<string, number>();
  readonly sent = new Map<string, number>();
}

/**
 * Sends messages in the order in which they come. What a slow client does not take waits here, bounded
 * by bytes; beyond a mark only the latest state of each thing waits, in the place of the last one. Such a
 * message says `conflated: true`; `skipped` tells how many of its kind were left out right before it.
 * Nothing is lost beyond those: each cursor still covers all that comes before its message.
 */
export class SendQueue {
  /** Undefined while nothing waits, as for nearly all sockets. */
  #backlog: Backlog | undefined;
  readonly #wire: SendWire;
  readonly #limits: SendLimits;
  readonly #overflow: () => void;
  #stalled: NodeJS.Timeout | undefined;
  #emptied: (() => void)[] = [];
  #conflating = false;
  #place = 0;
  #bytes = 0;

  /** `overflow` is told when too much waits, or for too long; it should close the queue. */
  constructor(options: { readonly wire: SendWire; readonly limits: SendLimits; overflow(): void }) {
    this.#wire = options.wire;
    this.#limits = options.limits;
    this.#overflow = () => options.overflow();
  }

  /** Bytes that wait here; what the wire holds is not among them. */
  get bytes(): number {
    return this.#bytes;
  }

  send(event: string, message: object, state?: State): void {
    if (this.#nothingWaits && this.#wire.waiting() < this.#limits.windowBytes) {
      this.#wire.send(event, message);
    } else {
      this.#wait(event, message, state);
    }
  }

  /** Sends what waits, as far as the wire takes it; called when something has left the wire. */
  pump(): void {
    if (this.#stalled === undefined && this.#emptied.length === 0) return;
    this.#stalled?.refresh();
    if (this.#backlog) this.#sendAll(this.#backlog);
    if (this.#nothingWaits && this.#wire.waiting() < this.#limits.windowBytes) this.#empty();
  }

  /** Fulfilled when nothing waits, or nothing ever will again. */
  async emptied(): Promise<void> {
    if (this.#nothingWaits && this.#wire.waiting() < this.#limits.windowBytes) return;
    await new Promise<void>((resolve) => this.#emptied.push(resolve));
  }

  /** Forgets what waits. */
  close(): void {
    this.#backlog?.waiting.clear();
    this.#bytes = 0;
    this.#empty();
  }

  get #nothingWaits(): boolean {
    return this.#backlog === undefined || this.#backlog.waiting.size === 0;
  }

  #sendAll(backlog: Backlog): void {
    for (const waiting of backlog.waiting.values()) {
      if (this.#wire.waiting() >= this.#limits.windowBytes) return;
      this.#remove(backlog, waiting);
      this.#wire.send(waiting.event, this.#marked(backlog, waiting));
    }
  }

  #wait(event: string, message: object, state: State | undefined): void {
    const backlog = (this.#backlog ??= new Backlog());
    const number = (backlog.given.get(event) ?? 0) + 1;
    backlog.given.set(event, number);
    const bytes = event.length + Buffer.byteLength(JSON.stringify(message));
    const place = this.#place++;
    const waiting = { event, message, bytes, state, number, place, conflated: false };
    this.#stalled ??= setTimeout(this.#overflow, this.#limits.patienceMs);
    backlog.waiting.set(place, waiting);
    this.#bytes += bytes;
    if (this.#conflating) this.#conflate(backlog, waiting);
    else if (this.#bytes > this.#limits.conflateBytes) this.#conflateAll(backlog);
    if (this.#bytes > this.#limits.maxBytes) this.#overflow();
  }

  #conflateAll(backlog: Backlog): void {
    this.#conflating = true;
    for (const waiting of backlog.waiting.values()) this.#conflate(backlog, waiting);
  }

  /** Has it replace the earlier state that waits. One asked for anew, older than what waits, replaces nothing. */
  #conflate(backlog: Backlog, waiting: Waiting): void {
    if (waiting.state === undefined) return;
    const thing = `${waiting.event} ${waiting.state.id}`;
    const earlier = backlog.latest.get(thing);
    if (earlier?.state && earlier.state.version >= waiting.state.version) return;
    if (earlier) {
      this.#remove(backlog, earlier);
      waiting.conflated = true;
      liveMetrics.conflated.inc();
    }
    backlog.latest.set(thing, waiting);
  }

  #remove({ waiting: all, latest }: Backlog, waiting: Waiting): void {
    all.delete(waiting.place);
    this.#bytes -= waiting.bytes;
    const thing = `${waiting.event} ${waiting.state?.id}`;
    if (latest.get(thing) === waiting) latest.delete(thing);
  }

  #marked({ sent }: Backlog, { event, message, number, conflated }: Waiting): object {
    const skipped = number - (sent.get(event) ?? 0) - 1;
    sent.set(event, number);
    return { ...message, ...(conflated && { conflated }), ...(skipped > 0 && { skipped }) };
  }

  #empty(): void {
    clearTimeout(this.#stalled);
    this.#stalled = undefined;
    this.#conflating = false;
    this.#backlog = undefined;
    for (const resolve of this.#emptied.splice(0)) resolve();
  }
}
