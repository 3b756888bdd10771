import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import { beginTrace, currentTraceparent } from '@mesh/tracing';

/** By what an answer and the lines logged about it are found again. */
export interface RequestIdentity {
  readonly requestId: string;
  /** Of the request's span: in the caller's trace, else in a new one. */
  readonly traceparent: string;
  /** As the answer bears them. */
  readonly headers: Readonly<Record<'x-request-id' | 'x-trace-id' | 'traceresponse', string>>;
}

/** What callers may choose: it is written into logs and headers. */
const wellFormed = /^[A-Za-z0-9][\w.:/+=@~-]{0,127}$/;

/**
 * The identity of a request. The caller's `X-Request-Id` is taken when it is well-formed: 1 to 128 letters,
 * digits or `._:/+=@~-`; else one is made.
 * @see https://w3c.github.io/trace-context/#traceresponse-header
 */
export function identify(given: IncomingHttpHeaders): RequestIdentity {
  const { 'x-request-id': asked, traceparent: parent } = given;
  const requestId = typeof asked === 'string' && wellFormed.test(asked) ? asked : randomUUID();
  const traceparent = beginTrace(typeof parent === 'string' ? parent : undefined);
  const headers = {
    'x-request-id': requestId,
    'x-trace-id': traceIdOf(traceparent),
    traceresponse: traceparent,
  };
  return { requestId, traceparent, headers };
}

/**
 * Puts an identity on every answer of a server, whoever answers: routes, socket.io, the framework itself.
 * Called when all of them are attached.
 */
export function identifyRequests(server: Server): void {
  server.prependListener('request', (request, response) => {
    const { headers } = identify(request.headers);
    for (const name in headers)
      response.setHeader(name, headers[name as keyof RequestIdentity['headers']]);
  });
}

/** Puts the running span on an answer, in place of what it had before there was one. */
export function tellTrace(response: ServerResponse): void {
  const traceparent = currentTraceparent();
  response.setHeader('x-trace-id', traceIdOf(traceparent));
  response.setHeader('traceresponse', traceparent);
}

/** The trace that an answer tells; undefined before {@link identifyRequests} or {@link tellTrace} has put one on it. */
export function toldTrace(response: ServerResponse): string | undefined {
  return response.getHeader('traceresponse') as string | undefined;
}

const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);
