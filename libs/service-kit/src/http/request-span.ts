import { isTracing, resumeTrace, startSpan, withTrace } from '@mesh/tracing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tellTrace, toldTrace } from './request-identity.js';

/**
 * Goes on with the trace of a request. Where there is tracing, a request to a route of the interface has
 * a server span, until its answer is sent; files of the page and what is for development have none. The answer
 * tells where `fn` runs.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function inRequestSpan(request: FastifyRequest, reply: FastifyReply, fn: () => void): void {
  const header = request.headers['traceparent'];
  const traceparent = typeof header === 'string' ? header : undefined;
  const route = request.routeOptions.url;
  const span = isOfInterface(route)
    ? startSpan(`${request.method} ${route}`, {
        kind: 'server',
        parent: traceparent ?? null,
        attributes: {
          'http.request.method': request.method,
          'http.route': route,
          // Without the query, which may hold anything.
          'url.path': request.url.split('?', 1)[0] ?? '',
          'url.scheme': request.protocol,
          'network.protocol.version': request.raw.httpVersion,
        },
      })
    : undefined;
  if (span === undefined) return resume(reply, traceparent, fn);
  reply.raw.once('close', () => {
    const { statusCode, writableFinished } = reply.raw;
    span.set({ 'http.response.status_code': statusCode });
    if (!writableFinished) span.fail('cancelled');
    else if (statusCode >= 500) span.fail(String(statusCode));
    span.end();
  });
  span.run(() => {
    tellTrace(reply.raw);
    fn();
  });
}

/** In what the answer tells already, where nothing is recorded. */
function resume(reply: FastifyReply, traceparent: string | undefined, fn: () => void): void {
  const told = isTracing() ? undefined : toldTrace(reply.raw);
  if (told !== undefined) return resumeTrace(told, fn);
  withTrace(traceparent, () => {
    tellTrace(reply.raw);
    fn();
  });
}

function isOfInterface(route: string | undefined): route is string {
  return route !== undefined && !route.includes('*') && !/^\/(dev|docs)(\/|$)/.test(route);
}
