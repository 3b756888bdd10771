import { AsyncResource } from 'node:async_hooks';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { withTrace } from '@mesh/tracing';
import { runInCall } from '../context/call-context.js';
import { bearerToken } from '../grpc/metadata.js';
import { problemBody, toProblem } from './problem.js';

/** Bodies above this get 413. */
const bodyLimitBytes = 256 * 1024;
/** A longer part of a path matches no route. */
const maxPathPartLength = 1_000;
/** Calls made for a request give up after this. */
const requestDeadlineMs = 10_000;

/** Fastify as services use it; loaded by services that serve HTTP only. */
export async function createHttpAdapter() {
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: maxPathPartLength },
    forceCloseConnections: 'idle',
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const { problem, headers } = withTrace(undefined, () => toProblem(error));
      void reply.status(problem.status).headers(headers).send(problemBody(problem));
    },
  });
}

const scopes = new WeakMap<object, AsyncResource>();

/** Puts each request into a call context of its own: trace, deadline, token, cancellation. */
export function addCallContext(app: NestFastifyApplication, stopping: AbortSignal): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    const abort = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) abort.abort();
    });
    const token = bearerToken(request.headers.authorization);
    const context = {
      deadline: Date.now() + requestDeadlineMs,
      signal: abort.signal,
      ...(token !== undefined && { token }),
    };
    const traceparent = request.headers['traceparent'];
    withTrace(typeof traceparent === 'string' ? traceparent : undefined, () =>
      runInCall(context, () => {
        scopes.set(request, new AsyncResource('HttpCall'));
        done();
      }),
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
    else scope.runInAsyncScope(done);
  });
}
