import type { IncomingMessage } from 'node:http';
import type { RelayDeadLetters } from '@mesh/outbox';
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { ManagementHandler } from '../lifecycle/management-routes.js';
import { bodyOf, operatorRoutes, parse, type OperatorRoutesOptions } from './operator-routes.js';

export interface ParkedRoutesOptions extends OperatorRoutesOptions {
  readonly letters: RelayDeadLetters;
}

const position = z.string().regex(/^\d{1,19}$/, 'Expected a position');
const listQuery = z.strictObject({
  after: position.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const redriveBody = z.strictObject({ stream: z.string().min(1), key: z.string().nullable() });
const discardBody = z.strictObject({ position });

/**
 * What the relay could not publish, on the management port, for operators. `GET /outbox-parked` lists it
 * in the order of the outbox, `POST /outbox-parked/redrive` with `{stream, key}` publishes the events of a
 * key after all, `POST /outbox-parked/discard` with `{position}` gives one up.
 */
export function parkedRoutes(options: ParkedRoutesOptions): ManagementHandler {
  return operatorRoutes(options, (request, url, actor) => answer(request, url, actor, options));
}

async function answer(
  request: IncomingMessage,
  url: URL,
  actor: string,
  { letters }: ParkedRoutesOptions,
): Promise<unknown> {
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /outbox-parked': {
      const { after, limit } = parse(listQuery, Object.fromEntries(url.searchParams));
      return { items: await letters.list({ ...(after !== undefined && { after }), limit }) };
    }
    case 'POST /outbox-parked/redrive': {
      const of = parse(redriveBody, await bodyOf(request));
      const { redriven, left, error } = await letters.redrive(of, actor);
      return { redriven, left, error: error?.message ?? null };
    }
    case 'POST /outbox-parked/discard': {
      const discarded = await letters.discard(parse(discardBody, await bodyOf(request)), actor);
      return { discarded };
    }
    default:
      throw new AppError('NOT_FOUND', `${request.method} ${url.pathname} is nothing here`);
  }
}
