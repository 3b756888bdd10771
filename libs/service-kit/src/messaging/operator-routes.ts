import type { IncomingMessage } from 'node:http';
import type { Logger } from '@mesh/tracing';
import type { z } from 'zod';
import type { Authenticator } from '../auth/authenticator.js';
import type { Principal } from '../auth/principal.js';
import { AppError } from '../errors/app-error.js';
import { problemBody, toProblem } from '../http/problem.js';
import { validationError } from '../http/validation.js';
import type { ManagementHandler } from '../lifecycle/management-routes.js';
import { sendJson } from '../lifecycle/management-server.js';

const MAX_BODY_BYTES = 64 * 1024;

export interface OperatorRoutesOptions {
  /** Without one nobody is let in. */
  readonly authenticator: Authenticator | undefined;
  readonly log: Logger;
}

/**
 * A path of the management port for bearers of a token with the role `operator`, who is `actor`.
 * What `answer` fulfils is sent as JSON, what it rejects as a problem document.
 */
export function operatorRoutes(
  { authenticator, log }: OperatorRoutesOptions,
  answer: (request: IncomingMessage, url: URL, actor: string) => Promise<unknown>,
): ManagementHandler {
  return async (request, response, url) => {
    try {
      const { customerId: actor } = await operatorOf(request, authenticator);
      sendJson(response, 200, await answer(request, url, actor));
    } catch (error) {
      const { problem, headers } = toProblem(error);
      if (problem.status >= 500)
        log.error({ err: error, path: url.pathname }, 'An operation failed');
      response.writeHead(problem.status, headers).end(problemBody(problem));
    }
  };
}

async function operatorOf(
  request: IncomingMessage,
  authenticator: Authenticator | undefined,
): Promise<Principal> {
  if (authenticator === undefined) {
    throw new AppError('FORBIDDEN', 'This service verifies no tokens; give its config authConfig');
  }
  const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) throw new AppError('UNAUTHENTICATED', 'A bearer token is required');
  const principal = await authenticator.verify(token);
  if (!principal.roles.includes('operator')) {
    throw new AppError('FORBIDDEN', 'This needs the role operator');
  }
  return principal;
}

/** The body as JSON. @throws AppError PAYLOAD_TOO_LARGE, VALIDATION_FAILED */
export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      throw new AppError('PAYLOAD_TOO_LARGE', `The body has more than ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new AppError('VALIDATION_FAILED', 'The body is not JSON', { cause });
  }
}

/** @throws AppError VALIDATION_FAILED naming each fault */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw validationError(parsed.error.issues);
  return parsed.data;
}
