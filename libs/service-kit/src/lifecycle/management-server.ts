import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metrics } from '@mesh/tracing';
import type { ManagementRoutes } from './management-routes.js';
import type { Readiness } from './readiness.js';

/** Health, metrics and what modules add, from the first moment of the process to the last. */
export interface ManagementServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function startManagementServer(options: {
  readonly host: string;
  readonly port: number;
  readonly readiness: Readiness;
  readonly routes: ManagementRoutes;
}): Promise<ManagementServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/';
    const handler = options.routes.find(path);
    if (handler !== undefined) {
      const url = new URL(request.url ?? '/', 'http://management');
      handler(request, response, url).catch(() => response.destroy());
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendJson(response.setHeader('allow', 'GET, HEAD'), 405, { status: 'method not allowed' });
    } else {
      answer(path, options.readiness, response).catch(() => response.destroy());
    }
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

async function answer(path: string, readiness: Readiness, response: ServerResponse): Promise<void> {
  switch (path) {
    case '/health/live':
      return sendJson(response, 200, { status: 'live' });
    case '/health/ready': {
      const report = await readiness.report();
      return sendJson(response, report.status === 'ready' ? 200 : 503, report);
    }
    case '/metrics': {
      const body = await metrics.registry.metrics();
      response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(body);
      return;
    }
    default:
      return sendJson(response, 404, { status: 'not found' });
  }
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
