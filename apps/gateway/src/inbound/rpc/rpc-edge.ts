import { createConnectRouter, type HandlerContext } from '@connectrpc/connect';
import { AppError, Authenticator, callContext, RUNTIME, type Runtime } from '@mesh/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { RATE_LIMITS } from '../../gateway.tokens.js';
import type { RateLimits } from '../../use-cases/rate-limits.js';
import type { RpcService } from '../../use-cases/rpc-service.js';
import { countCustomer } from '../limits/rate-limit.js';
import { toConnectError } from './connect-errors.js';
import { forwardStream, forwardUnary, type ForwardOptions } from './forward.js';
import { rpcCall } from './rpc-call.js';
import type { RpcPart } from './rpc-part.js';
import { maxBytes, rpcRoutes } from './rpc-routes.js';
import { StreamSlots, type StreamLimits } from './stream-slots.js';

/** Three weeks: a timer holds no more. */
const maxTimeoutMs = 2 ** 31 - 1;

/**
 * Serves services to browsers, over Connect and gRPC-Web at their gRPC paths on the public port. Every call
 * needs a token, is counted by the limits of HTTP, and takes messages up to 256 KiB, uncompressed.
 */
export async function serveRpc(
  app: NestFastifyApplication,
  parts: readonly RpcPart[],
  limits: StreamLimits,
): Promise<void> {
  const { lifecycle, log } = app.get<Runtime>(RUNTIME);
  const slots = new StreamSlots(limits);
  const router = createConnectRouter({
    ...{ grpc: false, readMaxBytes: maxBytes, maxTimeoutMs, acceptCompression: [] },
    requestGate: gate(app.get(Authenticator), app.get<RateLimits>(RATE_LIMITS)),
  });
  for (const { client, methods } of parts) {
    const service = app.get<RpcService>(client, { strict: false });
    const options: ForwardOptions = { service, slots, stopping: lifecycle.stopping, log };
    for (const method of methods) {
      const forward =
        method.methodKind === 'unary'
          ? forwardUnary(method, options)
          : forwardStream(method, options);
      router.rpc(method, forward as never);
    }
  }
  await app.getHttpAdapter().getInstance().register(rpcRoutes(router.handlers));
}

/** Says of a request whether it matched an RPC, whose body is read by its handler. */
export function rpcRouteOf(parts: readonly RpcPart[]) {
  const prefixes = parts.map(({ service }) => `/${service.typeName}/`);
  return ({ routeOptions: { url = '' } }: FastifyRequest): boolean =>
    prefixes.some((prefix) => url.startsWith(prefix));
}

/** Lets nobody in without a token, nor beyond the limits, before a body is read. */
function gate(authenticator: Authenticator, limits: RateLimits) {
  return async ({ values }: HandlerContext): Promise<void> => {
    const context = callContext();
    const call = values.get(rpcCall)!;
    call.isCall = true;
    try {
      if (call.refusal !== undefined) throw call.refusal;
      if (context.token === undefined)
        throw new AppError('UNAUTHENTICATED', 'A bearer token is required');
      context.principal = await authenticator.verify(context.token);
      await countCustomer(limits, context.principal, call.reply);
    } catch (error) {
      throw toConnectError(error);
    }
  };
}
