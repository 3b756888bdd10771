import { CliError } from '../cli-error.js';
import { readAnswer } from '../read-answer.js';

/** A dead letter as a service's management port tells it. */
export interface Letter {
  readonly id: string;
  readonly group: string;
  readonly stream: string;
  readonly key: string | null;
  readonly eventSource: string;
  readonly eventId: string;
  /** Empty when the message could not be read and its headers name none. */
  readonly eventType: string;
  /** The message could not be read: there is no event. */
  readonly unread: boolean;
  readonly holdsKey: boolean;
  readonly behind: string | null;
  readonly reason: string;
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly fingerprint: string;
  readonly attempts: number;
  readonly firstFailedAt: string;
  readonly lastFailedAt: string;
  readonly parkedAt: string;
}

export interface WholeLetter extends Letter {
  readonly position: string;
  readonly routingKey: string | null;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Base64. */
  readonly body: string;
  readonly data: string | null;
  readonly attributes: Readonly<Record<string, unknown>> | null;
}

export interface LetterCount {
  readonly group: string;
  readonly stream: string;
  readonly reason: string;
  readonly eventType: string;
  readonly fingerprint: string;
  readonly errorMessage: string;
  readonly count: number;
  readonly keys: number;
  readonly oldestParkedAt: string;
}

export interface AuditLine {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly deadLetter: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly result: string;
  readonly detail: string | null;
}

export interface ActionResult {
  readonly id: string;
  readonly result: 'done' | 'failed' | 'gone';
  readonly detail?: string;
}

export type Query = Readonly<Record<string, string>>;

/** A service is away; those of the others can be seen all the same. */
export class UnansweredError extends CliError {}

/** The dead letters of one service, over its management port. */
export class DeadLetterClient {
  constructor(
    readonly service: string,
    private readonly management: string,
    private readonly token: string,
  ) {}

  /** Whether the service keeps dead letters at all. */
  async offered(): Promise<boolean> {
    const response = await this.#fetch('', { limit: '1' });
    await response.body?.cancel();
    return response.status !== 404;
  }

  list(query: Query): Promise<Letter[]> {
    return this.#items('', query);
  }

  whole(query: Query): Promise<WholeLetter[]> {
    return this.#items('', { ...query, whole: 'true' });
  }

  plan(query: Query): Promise<Letter[]> {
    return this.#items('/plan', query);
  }

  stats(): Promise<LetterCount[]> {
    return this.#items('/stats', {});
  }

  audit(query: Query): Promise<AuditLine[]> {
    return this.#items('/audit', query);
  }

  async act(action: 'redrive' | 'discard', ids: readonly string[]): Promise<ActionResult[]> {
    const response = await this.#fetch(`/${action}`, {}, JSON.stringify({ ids }));
    return ((await readAnswer(this.service, response)) as { results: ActionResult[] }).results;
  }

  async #items<Item>(path: string, query: Query): Promise<Item[]> {
    return ((await readAnswer(this.service, await this.#fetch(path, query))) as { items: Item[] })
      .items;
  }

  async #fetch(path: string, query: Query, body?: string): Promise<Response> {
    const url = `${this.management}/dead-letters${path}?${new URLSearchParams(query)}`;
    try {
      return await fetch(url, {
        headers: { authorization: `Bearer ${this.token}` },
        ...(body !== undefined && { method: 'POST', body }),
      });
    } catch (cause) {
      throw new UnansweredError(`${this.service} does not answer at ${this.management}`, 1, {
        cause,
      });
    }
  }
}
