import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { withBaggage, withTrace, type Logger } from '@mesh/tracing';
import { requestDeadline, restartDeadline, runInCall } from '../context/call-context.js';
import { bearerToken } from '../grpc/metadata.js';
import { trustsOf } from './addresses.js';
import { allowedBaggage } from './allowed-baggage.js';
import { hasBody } from './has-body.js';
import { answerBrokenRequests } from './broken-request.js';
import { limitConnections } from './connection-limits.js';
import { problemBody, toProblem } from './problem.js';
import { toldTrace } from './request-identity.js';
import { inRequestSpan } from './request-span.js';

/** Bodies above this get 413. */
const bodyLimitBytes = 256 * 1024;
/** A longer part of a path matches no route. */
const maxPathPartLength = 1_000;
const maxHeaders = 100;

/** How often Node looks for connections that are too slow. */
const slowCheckMs = 1_000;

/** Of `httpConfig`; its defaults where a schema does not have them. */
export interface HttpOptions {
  readonly TRUST_PROXY?: string | undefined;
  readonly HTTP_HEADERS_TIMEOUT?: number;
  readonly HTTP_REQUEST_TIMEOUT?: number;
  readonly HTTP_KEEP_ALIVE_TIMEOUT?: number;
  readonly HTTP_MAX_CONNECTIONS?: number;
  readonly HTTP_MAX_CONNECTIONS_PER_ADDRESS?: number;
}

/** Fastify as services use it; loaded by services that serve HTTP only. */
export async function createHttpAdapter({
  TRUST_PROXY: proxies,
  HTTP_REQUEST_TIMEOUT: requestTimeout = 30_000,
  HTTP_HEADERS_TIMEOUT: headersTimeout = 10_000,
}: HttpOptions) {
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    requestTimeout,
    // Who takes no byte of an answer for so long is gone.
    connectionTimeout: requestTimeout * 4,
    trustProxy: proxies !== undefined && trustsOf(proxies),
    http: {
      connectionsCheckingInterval: Math.min(slowCheckMs, headersTimeout / 4),
      shouldUpgradeCallback: isSocket,
      // See requireHost.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: maxPathPartLength },
    forceCloseConnections: 'idle',
    // Whoever comes while it closes is answered, and told to leave.
    return503OnClosing: false,
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const { problem, headers } = withTrace(toldTrace(reply.raw), () => toProblem(error));
      void reply.status(problem.status).headers(headers).send(problemBody(problem));
    },
  });
}

/** What socket.io upgrades. Any other offer to upgrade is passed by, and the request answered as it is (RFC 9110, 7.8). */
function isSocket({ url, headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && !!url?.startsWith('/socket.io/');
}

/** Bounds what a client that is slow, or many, can hold: connections and their time. */
export function boundConnections(server: Server, options: HttpOptions, log: Logger): void {
  server.headersTimeout = options.HTTP_HEADERS_TIMEOUT ?? 10_000;
  server.keepAliveTimeout = options.HTTP_KEEP_ALIVE_TIMEOUT ?? 65_000;
  server.maxHeadersCount = maxHeaders;
  answerBrokenRequests(server);
  const limits = {
    maxConnections: options.HTTP_MAX_CONNECTIONS ?? 10_000,
    maxPerAddress: options.HTTP_MAX_CONNECTIONS_PER_ADDRESS ?? 1_000,
    trusted: trustsOf(options.TRUST_PROXY),
  };
  limitConnections(server, limits, log);
}

const scopes = new WeakMap<object, AsyncResource>();

/**
 * Puts each request into a call context of its own: trace, deadline, token, cancellation, and of its
 * baggage the members that are allowed.
 */
export function addCallContext(
  app: NestFastifyApplication,
  stopping: AbortSignal,
  baggageKeys: readonly string[] = [],
): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    const abort = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) abort.abort();
    });
    const token = bearerToken(request.headers.authorization);
    const context = {
      deadline: requestDeadline(),
      signal: abort.signal,
      requestId: String(reply.raw.getHeader('x-request-id') ?? ''),
      ...(token !== undefined && { token }),
    };
    const enter = () =>
      runInCall(context, () => {
        if (hasBody(request.headers)) scopes.set(request, new AsyncResource('HttpCall'));
        done();
      });
    const baggage = allowedBaggage(request.headers['baggage'], baggageKeys);
    inRequestSpan(request, reply, () =>
      baggage === undefined ? enter() : withBaggage(baggage, enter),
    );
  });
  // Kept alive, the connection of a request that was in flight at shutdown would hold it up.
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping.aborted) reply.header('connection', 'close');
    done(null, payload);
  });
  // A body is read by events of the socket, which know nothing of the context: enter it again.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const scope = scopes.get(request);
    if (scope === undefined) done();
    else
      scope.runInAsyncScope(() => {
        restartDeadline();
        done();
      });
  });
}
