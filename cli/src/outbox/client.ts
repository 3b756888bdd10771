import { CliError } from '../cli-error.js';
import { readAnswer } from '../read-answer.js';

export interface Status {
  readonly mode: string;
  readonly isForeign: boolean;
  readonly boundTo: string;
  readonly here: string;
  /** Null where nobody knows. */
  readonly depth: number | null;
  readonly maxEvents: number | null;
  readonly oldestAgeSeconds: number | null;
  readonly members: number;
  readonly partitions: readonly {
    readonly partition: number;
    readonly owner: string | null;
    readonly leaseMs: number;
  }[];
  readonly oldestWriterSeconds: number;
  readonly oldestSeconds: number;
  /** In the mode `logical`. */
  readonly slot?: Slot;
}

/** Bytes are of write-ahead log. */
export interface Slot {
  readonly slot: string;
  /** Why it was lost. */
  readonly lost: string | null;
  readonly confirmed: string;
  readonly confirmedAt: string;
  readonly waitingBytes: number;
  readonly maxBytes: number;
  readonly keptBytes: number | null;
  /** Null: the server never gives it up. */
  readonly safeBytes: number | null;
}

export interface Plan {
  /** Events in a table of another database. */
  readonly kept: number;
  /** Null: no such table, but a slot that was lost. */
  readonly unpublished: number | null;
  readonly lost?: string | null;
  readonly missingSince?: string | null;
}

export interface Reset {
  /** Null: nobody knows. */
  readonly kept: number | null;
  readonly unpublished: number | null;
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly origin: string;
  readonly boundTo: string;
  readonly here: string;
}

/** What its relay could not publish. */
export interface Parked {
  readonly position: string;
  readonly stream: string;
  readonly key: string | null;
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly reason: string;
  readonly error: string;
  readonly appendedAt: string;
}

export interface Redriven {
  readonly redriven: number;
  readonly left: number;
  /** Why the first that is left failed. */
  readonly error: string | null;
}

/** The outbox of one service, over its management port. */
export class OutboxClient {
  constructor(
    readonly service: string,
    private readonly management: string,
    private readonly token: string,
  ) {}

  /** Undefined: the service has no outbox. */
  async status(): Promise<Status | undefined> {
    const response = await this.#fetch('');
    if (response.status === 404) return undefined;
    return (await readAnswer(this.service, response)) as Status;
  }

  /** @throws CliError where a reset would be refused */
  async plan(from: 'start' | 'end'): Promise<Plan> {
    return (await readAnswer(this.service, await this.#fetch(`/plan?from=${from}`))) as Plan;
  }

  async reset(from: 'start' | 'end'): Promise<Reset> {
    return (await readAnswer(this.service, await this.#fetch('/reset', { from }))) as Reset;
  }

  async audit(): Promise<Reset[]> {
    const answer = await readAnswer(this.service, await this.#fetch('/resets'));
    return (answer as { items: Reset[] }).items;
  }

  /** The first thousand, in the order of the outbox. */
  async parked(): Promise<Parked[]> {
    const response = await this.#fetch('-parked?limit=1000');
    return ((await readAnswer(this.service, response)) as { items: Parked[] }).items;
  }

  async redrive(stream: string, key: string | undefined): Promise<Redriven> {
    const response = await this.#fetch('-parked/redrive', { stream, key: key ?? null });
    return (await readAnswer(this.service, response)) as Redriven;
  }

  /** False: it was not there any more. */
  async discard(position: string): Promise<boolean> {
    const response = await this.#fetch('-parked/discard', { position });
    return ((await readAnswer(this.service, response)) as { discarded: boolean }).discarded;
  }

  #fetch(path: string, body?: object): Promise<Response> {
    return fetch(`${this.management}/outbox${path}`, {
      headers: { authorization: `Bearer ${this.token}` },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new CliError(`${this.service} does not answer at ${this.management}`, 1, { cause });
    });
  }
}
