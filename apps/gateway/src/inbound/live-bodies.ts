import type { IncomingMessage, ServerResponse } from 'node:http';
import { writeProblem } from '@mesh/service-kit';
import type { Socket } from 'socket.io';
import { closeSoon } from './live-wire.js';

type Engine = Socket['conn'];

/**
 * Refuses bodies of long polling over the limit with a problem, and ends their connection, as over WebSocket a
 * message over the limit does (a middleware of engine.io).
 */
export function limitBodies(maxBytes: number, connOf: (id: string) => Engine | undefined) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (request.method !== 'POST') return next();
    const id = new URLSearchParams(request.url?.split('?')[1]).get('sid') ?? '';
    const refuse = () => {
      const conn = connOf(id);
      if (conn) response.once('finish', () => closeSoon(conn));
      writeProblem(response, { status: 413, detail: `A body has at most ${maxBytes} bytes` });
      return response;
    };
    if (Number(request.headers['content-length']) > maxBytes) return void refuse();
    refusingWith(refuse, response);
    next();
  };
}

/** How long a body in chunks is, engine.io alone counts; its 413 has nothing in it. */
function refusingWith(refuse: () => ServerResponse, response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    response.writeHead = writeHead;
    return status === 413 ? refuse() : writeHead(status, ...rest);
  };
}
