import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressOwner, clientAddress, toProblem, trustsOf } from '@mesh/service-kit';
import { withTrace } from '@mesh/tracing';
import type { RateLimits } from '../../use-cases/rate-limits.js';
import { applyAddress } from './rate-limit.js';

/**
 * Counts each long-polling request of socket.io by its address (a middleware of engine.io), as any other
 * request; those that become WebSockets are bounded as connections.
 */
export function limitPolling(limits: RateLimits, proxies: string | undefined) {
  const trusts = trustsOf(proxies);
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (request.headers.upgrade?.toLowerCase() === 'websocket') return next();
    count(limits, addressOwner(clientAddress(request, trusts)), response).then(next, (error) =>
      refuse(error, response),
    );
  };
}

async function count(limits: RateLimits, owner: string, response: ServerResponse): Promise<void> {
  const quota = await limits.count('address', owner);
  if (quota)
    applyAddress(quota, {
      headers: (fields) => response.setHeaders(new Map(Object.entries(fields))),
    });
}

function refuse(error: unknown, response: ServerResponse): void {
  const trace = response.getHeader('traceresponse') as string | undefined;
  const { problem, headers } = withTrace(trace, () => toProblem(error));
  response.writeHead(problem.status, headers).end(JSON.stringify(problem));
}
