import type { IncomingMessage } from 'node:http';
import type { ReplayRecords } from '@mesh/outbox';
import { AppError } from '../errors/app-error.js';
import type { ManagementHandler } from '../lifecycle/management-routes.js';
import { bodyOf, operatorRoutes, parse, type OperatorRoutesOptions } from './operator-routes.js';
import type { ReplayOperations } from './replay-operations.js';
import { replayBody, replaysQuery } from './replay-requests.js';

export interface ReplayRoutesOptions extends OperatorRoutesOptions {
  readonly operations: ReplayOperations;
  readonly records: ReplayRecords;
}

/**
 * Replays on the management port, for operators. `POST /replays/plan` says what would come again and
 * how much of it the inbox knows, `POST /replays` does it, both with `{group, stream, from, again?}`;
 * `GET /replays` is the audit.
 */
export function replayRoutes(options: ReplayRoutesOptions): ManagementHandler {
  return operatorRoutes(options, (request, url, actor) => answer(request, url, actor, options));
}

async function answer(
  request: IncomingMessage,
  url: URL,
  actor: string,
  { operations, records, log }: ReplayRoutesOptions,
): Promise<unknown> {
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /replays': {
      const { limit } = parse(replaysQuery, Object.fromEntries(url.searchParams));
      return { items: await records.list(limit) };
    }
    case 'POST /replays/plan':
      return operations.plan(parse(replayBody, await bodyOf(request)));
    case 'POST /replays': {
      const replay = parse(replayBody, await bodyOf(request));
      log.info({ actor, ...replay }, 'A group is sent back');
      return operations.replay(replay, actor);
    }
    default:
      throw new AppError('NOT_FOUND', `${request.method} ${url.pathname} is nothing here`);
  }
}
