import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metrics, type Logger } from '@mesh/tracing';
import { problemBody, toProblem } from '../http/problem.js';
import type { ManagementRoutes } from './management-routes.js';
import type { Readiness } from './readiness.js';

/** Health, metrics and what modules add, from the first moment of the process to the last. */
export interface ManagementServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Whatever a handler throws is answered as a problem, logged once, and ends nothing but its request. */
export async function startManagementServer(options: {
  readonly host: string;
  readonly port: number;
  readonly readiness: Readiness;
  readonly routes: ManagementRoutes;
  readonly log: Pick<Logger, 'error'>;
}): Promise<ManagementServer> {
  const { routes, readiness, log } = options;
  const handle = async (path: string, request: IncomingMessage, response: ServerResponse) => {
    const handler = routes.find(path);
    if (handler !== undefined) {
      await handler(request, response, new URL(request.url ?? '/', 'http://management'));
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendJson(response.setHeader('allow', 'GET, HEAD'), 405, { status: 'method not allowed' });
    } else {
      await answer(path, request.headers.accept, readiness, response);
    }
  };
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/';
    handle(path, request, response).catch((error: unknown) => {
      log.error({ err: error, path }, 'A request to the management port failed');
      refuse(response, error);
    });
  });
  server.requestTimeout = 5000;
  await listen(server, options.host, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  path: string,
  accept: string | undefined,
  readiness: Readiness,
  response: ServerResponse,
): Promise<void> {
  switch (path) {
    case '/health/live':
      return sendJson(response, 200, { status: 'live' });
    case '/health/ready': {
      const report = await readiness.report();
      return sendJson(response, report.status === 'ready' ? 200 : 503, report);
    }
    case '/metrics': {
      const { contentType, body } = await metrics.scrape(accept);
      response.writeHead(200, { 'content-type': contentType, vary: 'accept' }).end(body);
      return;
    }
    case '/metrics/catalog':
      return sendJson(response, 200, metrics.describe());
    default:
      return sendJson(response, 404, { status: 'not found' });
  }
}

/** Of an answer that has begun no other can be made: it is cut off. */
function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const { problem, headers } = toProblem(error);
  response.writeHead(problem.status, headers).end(problemBody(problem));
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
