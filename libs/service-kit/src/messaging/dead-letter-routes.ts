import type { IncomingMessage } from 'node:http';
import type { DeadLetterOperations, DeadLetters, WholeDeadLetter } from '@mesh/outbox';
import type { Logger } from '@mesh/tracing';
import type { Authenticator } from '../auth/authenticator.js';
import { AppError } from '../errors/app-error.js';
import type { ManagementHandler } from '../lifecycle/management-routes.js';
import { actionBody, auditQuery, listQuery, planQuery, present } from './dead-letter-requests.js';
import { bodyOf, operatorRoutes, parse } from './operator-routes.js';

export interface DeadLetterRoutesOptions {
  readonly letters: DeadLetters;
  readonly operations: DeadLetterOperations;
  /** Without one nobody is let in. */
  readonly authenticator: Authenticator | undefined;
  readonly log: Logger;
  readonly stopping: AbortSignal;
}

/**
 * The dead letters of a service on its management port, for bearers of a token with the role
 * `operator`. `GET /dead-letters`, `…/plan` (what a redrive would replay, in its order), `…/stats`,
 * `…/audit`; `POST …/redrive` and `…/discard` with `{ids}`. Errors are problem documents.
 */
export function deadLetterRoutes(options: DeadLetterRoutesOptions): ManagementHandler {
  return operatorRoutes(options, (request, url, actor) => answer(request, url, actor, options));
}

async function answer(
  request: IncomingMessage,
  url: URL,
  actor: string,
  { letters, operations, stopping, log }: DeadLetterRoutesOptions,
): Promise<unknown> {
  const query = Object.fromEntries(url.searchParams);
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /dead-letters': {
      const { after, limit, whole, ...filter } = parse(listQuery, query);
      const page = { after, limit };
      const items =
        whole === 'true'
          ? (await letters.whole(present(filter), page)).map(readable)
          : await letters.list(present(filter), page);
      return { items };
    }
    case 'GET /dead-letters/plan':
      return { items: await letters.plan(present(parse(planQuery, query))) };
    case 'GET /dead-letters/stats':
      return { items: await letters.stats() };
    case 'GET /dead-letters/audit': {
      const { id, limit } = parse(auditQuery, query);
      return { items: await letters.audit(id ?? null, limit) };
    }
    case 'POST /dead-letters/redrive': {
      const { ids } = parse(actionBody, await bodyOf(request));
      log.info({ actor, ids }, 'Redriving dead letters');
      return { results: await operations.redrive(ids, actor, stopping) };
    }
    case 'POST /dead-letters/discard': {
      const { ids } = parse(actionBody, await bodyOf(request));
      log.info({ actor, ids }, 'Discarding dead letters');
      return { results: await operations.discard(ids, actor) };
    }
    default:
      throw new AppError('NOT_FOUND', `${request.method} ${url.pathname} is nothing here`);
  }
}

/** Bytes as base64; headers that are bytes as text where they are text. */
function readable({ body, data, headers, ...letter }: WholeDeadLetter) {
  return {
    ...letter,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, readableValue(value)]),
    ),
    body: Buffer.from(body).toString('base64'),
    data: data === null ? null : Buffer.from(data).toString('base64'),
  };
}

function readableValue(value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value;
  const bytes = Buffer.from(value);
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : { base64: bytes.toString('base64') };
}
