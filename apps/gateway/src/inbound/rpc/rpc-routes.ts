import { Readable } from 'node:stream';
import { createContextValues, type createConnectRouter } from '@connectrpc/connect';
import { AppError, callContext, toProblem } from '@mesh/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { rpcBody } from './rpc-body.js';
import { rpcCall, type RpcCall } from './rpc-call.js';

/** Of a message: as large as a REST body may be. */
export const maxBytes = 256 * 1024;

type Handler = ReturnType<typeof createConnectRouter>['handlers'][number];

/** A Fastify plugin that serves RPC handlers at their paths; bodies are read by them alone. */
export function rpcRoutes(handlers: readonly Handler[]) {
  return (fastify: FastifyInstance, _options: object, done: () => void): void => {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    for (const handler of handlers)
      fastify.all(handler.requestPath, (request, reply) =>
        answer(handler, request, { reply, isCall: false }).catch((error: unknown) =>
          refuse(error, reply),
        ),
      );
    const byPath = new Map(handlers.map((handler) => [handler.requestPath, handler]));
    fastify.setErrorHandler<Error>((refusal, request, reply) => {
      const handler = byPath.get(request.routeOptions.url ?? '');
      if (handler === undefined) return refuse(refusal, reply);
      return answer(handler, request, { reply, refusal, isCall: false }).catch(() =>
        refuse(refusal, reply),
      );
    });
    done();
  };
}

/**
 * Has Connect answer, in the form of the call's protocol; a refusal of what is no call is a problem document, which
 * Connect's clients map by its status.
 */
async function answer(
  handler: Handler,
  request: FastifyRequest,
  call: RpcCall,
): Promise<FastifyReply> {
  const { reply, refusal } = call;
  const { status, header, body } = await handler({
    httpVersion: request.raw.httpVersion,
    method: request.method,
    // The host is whatever a client says; nothing looks at it.
    url: `http://gateway${handler.requestPath}`,
    header: headersOf(request),
    body: rpcBody(request.body as Readable | undefined, {
      ...{ contentType: request.headers['content-type'], input: handler.method.input, maxBytes },
    }),
    signal: callContext().signal ?? new AbortController().signal,
    contextValues: createContextValues().set(rpcCall, call),
  });
  if (refusal !== undefined) {
    if (!call.isCall) return refuse(refusal, reply);
    const { 'retry-after': retryAfter } = toProblem(refusal).headers;
    if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
  }
  if (body === undefined && (status === 405 || status === 415)) {
    if (status === 405) void reply.header('allow', handler.allowedMethods.join(', '));
    return refuse(noCall(handler, request, status), reply);
  }
  reply.status(status).headers(Object.fromEntries(header ?? []));
  return reply.send(body === undefined ? '' : Readable.from(body, { objectMode: false }));
}

/** What Connect answers with a status alone, because no protocol has a form for it. */
function noCall(
  { allowedMethods, method, requestPath }: Handler,
  request: FastifyRequest,
  status: 405 | 415,
): AppError {
  if (status === 415) {
    const prefix = method.methodKind === 'unary' ? '' : 'connect+';
    const own = `application/${prefix}json or application/${prefix}proto`;
    const types = `${own}, or application/grpc-web+proto or application/grpc-web+json`;
    return new AppError('UNSUPPORTED_MEDIA_TYPE', `Send ${types}`);
  }
  const allowed = allowedMethods.join(', ');
  return new AppError(
    'METHOD_NOT_ALLOWED',
    `${requestPath} takes ${allowed}, not ${request.method}`,
  );
}

/** What Connect itself can not answer: it has no words for an error that quotes half a surrogate pair. */
function refuse(error: unknown, reply: FastifyReply): FastifyReply {
  const told =
    error instanceof URIError
      ? new AppError('VALIDATION_FAILED', 'The request has text that is no Unicode', {
          cause: error,
        })
      : error;
  const { problem, headers } = toProblem(told);
  const body = Buffer.from(JSON.stringify(problem));
  return reply.status(problem.status).headers(headers).send(body);
}

function headersOf({ headers }: FastifyRequest): Headers {
  const all = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  return new Headers(all);
}
