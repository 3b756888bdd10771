import { createConnectRouter, type HandlerContext } from '@connectrpc/connect';
import { OrderService } from '@mesh/contracts/es/order';
import { AppError, Authenticator, callContext, RUNTIME, type Runtime } from '@mesh/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { ORDER_RPC, RATE_LIMITS } from '../../gateway.tokens.js';
import type { OrderRpc } from '../../use-cases/order-rpc.js';
import type { RateLimits } from '../../use-cases/rate-limits.js';
import { countCustomer } from '../limits/rate-limit.js';
import { toConnectError } from './connect-errors.js';
import { forwardStream, forwardUnary, type ForwardOptions } from './forward.js';
import { rpcCall } from './rpc-call.js';
import { maxBytes, rpcRoutes } from './rpc-routes.js';
import { StreamSlots, type StreamLimits } from './stream-slots.js';

/** Three weeks: a timer holds no more. */
const maxTimeoutMs = 2 ** 31 - 1;

const { placeOrder, getOrder, listOrders, cancelOrder, watchOrder } = OrderService.method;
const { listOrderUpdates, listFeedUpdates } = OrderService.method;
const unary = [placeOrder, getOrder, listOrders, cancelOrder, listOrderUpdates, listFeedUpdates];

/**
 * Serves mesh.order.v1.OrderService to browsers, over Connect and gRPC-Web at its gRPC paths on the
 * public port. Every call needs a token, is counted by the limits of HTTP, and takes messages up to
 * 256 KiB, uncompressed.
 */
export async function serveOrderRpc(
  app: NestFastifyApplication,
  limits: StreamLimits,
): Promise<void> {
  const { lifecycle, log } = app.get<Runtime>(RUNTIME);
  const options: ForwardOptions = {
    orders: app.get<OrderRpc>(ORDER_RPC),
    slots: new StreamSlots(limits),
    ...{ stopping: lifecycle.stopping, log },
  };
  const router = createConnectRouter({
    ...{ grpc: false, readMaxBytes: maxBytes, maxTimeoutMs, acceptCompression: [] },
    requestGate: gate(app.get(Authenticator), app.get<RateLimits>(RATE_LIMITS)),
  });
  for (const method of unary) router.rpc(method, forwardUnary(method, options) as never);
  router.rpc(watchOrder, forwardStream(watchOrder, options) as never);
  await app.getHttpAdapter().getInstance().register(rpcRoutes(router.handlers));
}

/** Matched an RPC, whose body is read by its handler. */
export function isRpcRoute({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url?.startsWith(`/${OrderService.typeName}/`) ?? false;
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
