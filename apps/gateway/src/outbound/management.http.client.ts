import { AppError, callContext, isErrorCode, type FieldError } from '@mesh/service-kit';
import type { z } from 'zod';

const maxAnswerBytes = 32 * 1024 * 1024;

export interface ManagementQuestion {
  readonly token: string;
  /** When it gives up. */
  readonly signal: AbortSignal;
  readonly query?: Readonly<Record<string, string>>;
  /** Makes it a POST. */
  readonly body?: object;
}

interface ProblemAnswer {
  readonly code?: unknown;
  readonly detail?: unknown;
  readonly errors?: readonly FieldError[];
}

/** The management port of one service. */
export class ManagementClient {
  constructor(
    readonly service: string,
    private readonly url: string,
  ) {}

  /**
   * What it answers at a path, in a shape. Statuses besides 200 that are answers are `accepted`.
   * @throws AppError UNAVAILABLE, DEADLINE_EXCEEDED, or under the code of its problem document
   */
  async ask<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    question: ManagementQuestion,
    accepted: readonly number[] = [],
  ): Promise<z.output<Schema>> {
    const { status, text } = await this.#fetch(path, question);
    if (status !== 200 && !accepted.includes(status)) throw this.#refusal(path, status, text);
    return schema.parse(JSON.parse(text));
  }

  async #fetch(path: string, { token, signal, query, body }: ManagementQuestion) {
    const { signal: caller } = callContext();
    const url = `${this.url}${path}?${new URLSearchParams(query)}`;
    try {
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${token}` },
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
        signal: caller === undefined ? signal : AbortSignal.any([signal, caller]),
        redirect: 'error',
      });
      return { status: response.status, text: await this.#read(response) };
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      if (signal.aborted)
        throw new AppError('DEADLINE_EXCEEDED', `${this.service} did not answer in time`, {
          cause,
        });
      throw new AppError('UNAVAILABLE', `The management port of ${this.service} is not reachable`, {
        cause,
      });
    }
  }

  async #read({ body }: Response): Promise<string> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > maxAnswerBytes) {
        const message = `${this.service} answers with more than ${maxAnswerBytes} bytes; ask for less`;
        throw new AppError('OVERLOADED', message);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  #refusal(path: string, status: number, text: string): AppError {
    const { code, detail, errors } = problemOf(text);
    // A path that its management port does not have: it has no such part.
    if (status === 404 && path.startsWith('/dead-letters') && !isErrorCode(code))
      return new AppError('NOT_FOUND', `${this.service} keeps no dead letters`);
    if (!isErrorCode(code) || code === 'INTERNAL')
      return new AppError('UNAVAILABLE', `${this.service} failed with status ${status}`);
    const message = typeof detail === 'string' ? detail : `${this.service} refused`;
    return new AppError(code, message, errors && { errors });
  }
}

function problemOf(text: string): ProblemAnswer {
  try {
    return JSON.parse(text) as ProblemAnswer;
  } catch {
    // Not in our form: the status has to do.
    return {};
  }
}
