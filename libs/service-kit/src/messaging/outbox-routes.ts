import type { IncomingMessage } from 'node:http';
import type { LogicalOutboxOperations, OutboxOperations } from '@mesh/outbox';
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { ManagementHandler } from '../lifecycle/management-routes.js';
import { bodyOf, operatorRoutes, parse, type OperatorRoutesOptions } from './operator-routes.js';

export interface OutboxRoutesOptions extends OperatorRoutesOptions {
  readonly operations: OutboxOperations | LogicalOutboxOperations;
  /** Events that may wait; null where the limit is in bytes. */
  readonly maxEvents: number | null;
  /** Called after a reset. */
  readonly onReset: () => void;
}

const resetBody = z.strictObject({ from: z.enum(['start', 'end']) });
const planQuery = z.strictObject({ from: z.enum(['start', 'end']).optional() });
const resetsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/**
 * The outbox on the management port, for operators. `GET /outbox` says how it stands; `GET /outbox/plan`
 * what a reset would publish again or pass, with `?from=` refused where it would be; `POST /outbox/reset` with `{from: "start"|"end"}` does it;
 * `GET /outbox/resets` is the audit.
 */
export function outboxRoutes(options: OutboxRoutesOptions): ManagementHandler {
  return operatorRoutes(options, (request, url, actor) => answer(request, url, actor, options));
}

async function answer(
  request: IncomingMessage,
  url: URL,
  actor: string,
  { operations, maxEvents, onReset, log }: OutboxRoutesOptions,
): Promise<unknown> {
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /outbox':
      return { ...(await operations.status()), maxEvents };
    case 'GET /outbox/plan':
      return operations.plan(parse(planQuery, Object.fromEntries(url.searchParams)).from);
    case 'POST /outbox/reset': {
      const { from } = parse(resetBody, await bodyOf(request));
      log.info({ actor, from }, 'The outbox is reset');
      const done = await operations.reset(from, actor);
      onReset();
      return done;
    }
    case 'GET /outbox/resets': {
      const { limit } = parse(resetsQuery, Object.fromEntries(url.searchParams));
      return { items: await operations.resets(limit) };
    }
    default:
      throw new AppError('NOT_FOUND', `${request.method} ${url.pathname} is nothing here`);
  }
}
