import type { Random } from '@mesh/messaging/testing/random';

/** What became of one request. */
export type Answer =
  | { readonly kind: 'ok'; readonly body: unknown }
  /** It won't be done, now or later. */
  | { readonly kind: 'refused'; readonly code: string }
  /** Not now; nothing was done. */
  | { readonly kind: 'later'; readonly because: string }
  /** No answer, or one that does not tell: it may be done or not. */
  | { readonly kind: 'lost'; readonly because: string };

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As long as a person waits. Longer than any deadline inside, so that most answers come. */
const PATIENCE_MS = 6_000;

/** One person with a token, who sends each request to any of the gateways. */
export class Client {
  readonly #end = new AbortController();
  #token: string | undefined;

  constructor(
    private readonly gateways: readonly string[],
    readonly customerId: string,
    private readonly roles: readonly string[],
    private readonly random: Random,
  ) {}

  /** A token that every gateway takes. Tried until one gives it. */
  async token(signal: AbortSignal): Promise<string> {
    while (this.#token === undefined) {
      signal.throwIfAborted();
      const body = { customerId: this.customerId, roles: this.roles };
      const answer = await this.#send({ method: 'POST', path: '/dev/token', body }, {});
      if (answer.kind === 'ok') this.#token = (answer.body as { token: string }).token;
      else await new Promise((again) => setTimeout(again, 100));
    }
    return this.#token;
  }

  async send(request: Request, signal: AbortSignal): Promise<Answer> {
    return this.#send(request, { authorization: `Bearer ${await this.token(signal)}` });
  }

  /** Waits for no answer any more: those under way are lost. */
  close(): void {
    this.#end.abort();
  }

  async #send({ method, path, body, headers }: Request, auth: object): Promise<Answer> {
    try {
      const response = await fetch(`${this.random.pick(this.gateways)}${path}`, {
        method,
        headers: { ...auth, ...headers, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), this.#end.signal]),
      });
      return answerOf(response.status, JSON.parse(await response.text()));
    } catch (error) {
      return { kind: 'lost', because: reasonOf(error as Error) };
    }
  }
}

/** By the public contract: 409 of an idempotency key in use and 429 did nothing; 5xx may have. */
export function answerOf(status: number, body: unknown): Answer {
  const { code = `HTTP ${status}` } = (body ?? {}) as { readonly code?: string };
  if (status < 300) return { kind: 'ok', body };
  if (status === 429 || code === 'IDEMPOTENCY_IN_PROGRESS') return { kind: 'later', because: code };
  if (status < 500) return { kind: 'refused', code };
  return { kind: 'lost', because: code };
}

function reasonOf(error: Error): string {
  const { code } = (error.cause ?? {}) as { readonly code?: string };
  return code ?? error.name;
}
