import { CliError } from '../cli-error.js';
import { readAnswer } from '../read-answer.js';
import type { ReplayRequest } from './options.js';

export interface Range {
  readonly partition: number;
  readonly from: string;
  readonly until: string;
}

export interface Plan {
  readonly ranges: readonly Range[];
  readonly events: number;
  readonly known: number;
}

export interface Replayed {
  readonly id: string;
  readonly ranges: readonly Range[];
  readonly forgotten: number;
}

export interface AuditLine {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly group: string;
  readonly stream: string;
  readonly origin: string;
  readonly again: boolean;
  readonly forgotten: number;
  readonly result: string;
  readonly detail: string | null;
}

/** The replays of one service, over its management port. */
export class ReplayClient {
  constructor(
    private readonly service: string,
    private readonly management: string,
    private readonly token: string,
  ) {}

  plan(request: ReplayRequest): Promise<Plan> {
    return this.#ask('/plan', request) as Promise<Plan>;
  }

  replay(request: ReplayRequest): Promise<Replayed> {
    return this.#ask('', request) as Promise<Replayed>;
  }

  async audit(): Promise<AuditLine[]> {
    return ((await this.#ask('')) as { items: AuditLine[] }).items;
  }

  async #ask(path: string, body?: ReplayRequest): Promise<unknown> {
    const url = `${this.management}/replays${path}`;
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${this.token}` },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new CliError(`${this.service} does not answer at ${this.management}`, 1, { cause });
    });
    return readAnswer(this.service, response);
  }
}
