import { setTimeout as pause } from 'node:timers/promises';
import type { CancelCommand, Command, PlaceCommand, SetStockCommand } from '../verdict/evidence.js';
import type { Answer, Client, Request } from './client.js';

type Wanted<Kind extends Command> = Omit<Kind, 'outcome' | 'attempts' | 'at'>;

export interface Patience {
  /** Requests at most; afterwards its outcome stays unknown until `insist`. */
  readonly attempts: number;
  /** It is never asked for again, whatever became of it: then the data alone tells. */
  readonly givesUp: boolean;
}

/** A command that somebody gives, over as many requests as it takes, and what he knows of it. */
export class PendingCommand {
  readonly #at = new Date().toISOString();
  #attempts = 0;
  /** An earlier request may have done it. */
  #doubtful = false;
  #settled = false;
  #outcome: Command['outcome'] = { kind: 'unknown', because: 'not sent' };

  constructor(
    private readonly client: Client,
    private readonly wanted: Wanted<PlaceCommand> | Wanted<CancelCommand> | Wanted<SetStockCommand>,
    private readonly patience: Patience,
  ) {}

  /** There is nothing more to be asked: it was accepted, or refused. */
  get settled(): boolean {
    return this.#settled;
  }

  /** The order that an accepted placing made. */
  get orderId(): string | undefined {
    return 'orderId' in this.#outcome ? (this.#outcome.orderId as string) : undefined;
  }

  /** As evidence. */
  view(): Command {
    const asked = { at: this.#at, attempts: this.#attempts, outcome: this.#outcome };
    return { ...this.wanted, ...asked } as Command;
  }

  /** Sends it until it is known what became of it, or patience ends. */
  async give(signal: AbortSignal): Promise<void> {
    await this.#ask(this.patience.attempts, signal);
  }

  /** Asks again for an answer that got lost, unless its customer is one who gives up. */
  async insist(signal: AbortSignal): Promise<void> {
    if (!this.patience.givesUp) await this.#ask(Infinity, signal);
  }

  async #ask(attempts: number, signal: AbortSignal): Promise<void> {
    for (let tried = 0; tried < attempts && !this.#settled; tried += 1) {
      if (tried > 0) await pause(100 * Math.min(tried, 10), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      this.#attempts += 1;
      this.#take(await this.client.send(requestOf(this.wanted), signal));
    }
  }

  #take(answer: Answer): void {
    this.#settled = answer.kind === 'ok' || answer.kind === 'refused';
    switch (answer.kind) {
      case 'ok':
        this.#outcome = { kind: 'accepted', ...acceptedOf(this.wanted.kind, answer.body) };
        break;
      case 'refused':
        // After a lost answer a refusal does not tell what the earlier request did.
        this.#outcome = this.#doubtful
          ? { kind: 'unknown', because: answer.code }
          : { kind: 'refused', code: answer.code };
        break;
      case 'later':
      case 'lost':
        this.#doubtful ||= answer.kind === 'lost';
        this.#outcome = { kind: 'unknown', because: answer.because };
    }
  }
}

function acceptedOf(kind: Command['kind'], body: unknown): object {
  return kind === 'place' ? { orderId: (body as { orderId: string }).orderId } : {};
}

function requestOf(
  wanted: Wanted<PlaceCommand> | Wanted<CancelCommand> | Wanted<SetStockCommand>,
): Request {
  switch (wanted.kind) {
    case 'place': {
      const headers = { 'idempotency-key': wanted.idempotencyKey };
      return { method: 'POST', path: '/v1/orders', body: { lines: wanted.lines }, headers };
    }
    case 'cancel':
      return { method: 'POST', path: `/v1/orders/${wanted.orderId}/cancel` };
    case 'set-stock': {
      const body = { quantity: wanted.quantity };
      return { method: 'PUT', path: `/v1/stock/${wanted.sku}`, body };
    }
  }
}
