import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of webhooks on this machine, that answers as `answer` says. @default 204 */
export async function openReceiver(options: { readonly host?: string } = {}) {
  const received: ReceivedRequest[] = [];
  let connections = 0;
  const world = {
    answer: (response: ServerResponse): void => void response.writeHead(204).end(),
  };
  const listener: RequestListener = (request, response) => {
    void text(request).then((body) => {
      received.push({ method: request.method, path: request.url, headers: request.headers, body });
      world.answer(response);
    });
  };
  const server = createServer(listener).on('connection', () => connections++);
  server.listen(0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    connections: () => connections,
    answer(status: number, headers: Readonly<Record<string, string>> = {}) {
      world.answer = (response) => void response.writeHead(status, headers).end('hello');
    },
    answerWith(answer: (response: ServerResponse) => void) {
      world.answer = answer;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof openReceiver>>;
