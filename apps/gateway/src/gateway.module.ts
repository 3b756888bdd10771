import { readFileSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { InventoryServiceService } from '@mesh/contracts/inventory';
import { OrderServiceService } from '@mesh/contracts/order';
import {
  Authenticator,
  CONFIG,
  grpcClient,
  grpcTls,
  MessagingModule,
  RUNTIME,
  type GrpcClient,
  type Runtime,
} from '@mesh/service-kit';
import type { Config } from './config.js';
import { OPERATIONS, ORDER_RPC, ORDERS, RATE_LIMITS, STOCK } from './gateway.tokens.js';
import { DevTokenHttpController } from './inbound/dev-token.http.controller.js';
import { DevTracesHttpController } from './inbound/dev-traces.http.controller.js';
import { DocsHttpController } from './inbound/docs/docs.http.controller.js';
import { LiveEntrance } from './inbound/live-entrance.js';
import { CustomerRateLimit } from './inbound/limits/rate-limit.js';
import { LiveWsGateway } from './inbound/live.ws.gateway.js';
import { lifeOf } from './inbound/live-identity.js';
import {
  OrderUpdatesSubscriber,
  StockUpdatesSubscriber,
} from './inbound/notifications-events.subscriber.js';
import { OperationsHttpController } from './inbound/operations.http.controller.js';
import { OrdersHttpController } from './inbound/orders.http.controller.js';
import { StockHttpController } from './inbound/stock.http.controller.js';
import { countedHistory } from './outbound/counted-history.js';
import { HttpOperations } from './outbound/http-operations.js';
import { GrpcStock } from './outbound/inventory.grpc.client.js';
import { GrpcOrderHistory, GrpcOrders } from './outbound/order.grpc.client.js';
import { GrpcOrderRpc } from './outbound/order.rpc.client.js';
import { OrderUpdatesStream } from './outbound/order-updates-stream.js';
import { rateLimits } from './outbound/rate-limits.js';
import { FeedCursors } from './use-cases/feed-cursors.js';
import { LiveHub } from './use-cases/live-hub.js';
import { liveLimits } from './use-cases/live-limits.js';
import { LiveSessions } from './use-cases/live-sessions.js';
import type { Orders } from './use-cases/orders.js';
import { sharedHistoryLimits } from './use-cases/shared-history.js';
import { StockFeed } from './use-cases/stock-feed.js';

/** Calls of a socket; those of a request end with it, which may be sooner. */
const deadlineMs = 10_000;
const ORDER_SERVICE = Symbol('ORDER_SERVICE');
type OrderService = GrpcClient<OrderServiceService>;

@Module({
  imports: [MessagingModule.register({ group: 'gateway', outbox: false })],
  controllers: [
    OrdersHttpController,
    StockHttpController,
    OperationsHttpController,
    DevTokenHttpController,
    DevTracesHttpController,
    DocsHttpController,
  ],
  providers: [
    LiveWsGateway,
    StockUpdatesSubscriber,
    LiveHub,
    {
      provide: OrderUpdatesSubscriber,
      inject: [CONFIG, LiveHub],
      useFactory: ({ LIVE_UPDATES_FROM: from }: Config, hub: LiveHub) =>
        from === 'amqp' ? new OrderUpdatesSubscriber(hub) : null,
    },
    {
      provide: OrderUpdatesStream,
      inject: [CONFIG, RUNTIME, LiveHub, ORDER_SERVICE],
      useFactory: orderUpdatesStream,
    },
    {
      provide: LiveEntrance,
      inject: [Authenticator, CONFIG, RUNTIME],
      useFactory: (authenticator: Authenticator, config: Config, { lifecycle }: Runtime) =>
        new LiveEntrance(authenticator, config, lifecycle.stopping),
    },
    {
      provide: ORDER_SERVICE,
      inject: [CONFIG, RUNTIME],
      useFactory: (config: Config, { lifecycle }: Runtime) => {
        const called = { address: config.ORDER_GRPC_ADDRESS, deadlineMs, tls: grpcTls(config) };
        const client = grpcClient(OrderServiceService, called);
        lifecycle.onStop('close', 'order client', () => client.close());
        return client;
      },
    },
    {
      provide: ORDERS,
      inject: [ORDER_SERVICE],
      useFactory: (client: OrderService) => new GrpcOrders(client),
    },
    {
      provide: STOCK,
      inject: [CONFIG, RUNTIME],
      useFactory: (config: Config, { lifecycle }: Runtime) => {
        const called = { address: config.INVENTORY_GRPC_ADDRESS, deadlineMs, tls: grpcTls(config) };
        const client = grpcClient(InventoryServiceService, called);
        lifecycle.onStop('close', 'inventory client', () => client.close());
        return new GrpcStock(client);
      },
    },
    {
      provide: ORDER_RPC,
      inject: [CONFIG, RUNTIME],
      useFactory: (config: Config, { lifecycle }: Runtime) => {
        const called = { address: config.ORDER_GRPC_ADDRESS, deadlineMs, tls: grpcTls(config) };
        const client = new GrpcOrderRpc(called);
        lifecycle.onStop('close', 'order RPC client', () => client.close());
        return client;
      },
    },
    {
      provide: OPERATIONS,
      inject: [CONFIG],
      useFactory: ({ OPERATIONS_URLS: urls }: Config) => new HttpOperations(urls),
    },
    { provide: APP_GUARD, useClass: CustomerRateLimit },
    {
      provide: RATE_LIMITS,
      inject: [CONFIG, RUNTIME],
      useFactory: rateLimits,
    },
    {
      provide: StockFeed,
      inject: [LiveHub, STOCK, RUNTIME],
      useFactory: (hub: LiveHub, states: GrpcStock, { log, lifecycle }: Runtime) => {
        const failed = (err: unknown) =>
          log.warn({ err }, 'Stock could not be read for live updates');
        const feed = new StockFeed({ hub, states, failed });
        lifecycle.onStop('intake', 'stock feed', () => feed.stop());
        return feed;
      },
    },
    {
      provide: LiveSessions,
      inject: [CONFIG, RUNTIME, LiveHub, ORDERS, ORDER_SERVICE],
      useFactory: (
        config: Config,
        { log }: Runtime,
        hub: LiveHub,
        orders: Orders,
        client: OrderService,
      ) => {
        const history = countedHistory(new GrpcOrderHistory(client), orders, {
          ...sharedHistoryLimits,
          concurrency: config.LIVE_HISTORY_READS,
          capacity: config.LIVE_HISTORY_WAITING,
        });
        return new LiveSessions(hub, {
          ...{ history, orders: history },
          limits: {
            ...liveLimits,
            maxOrders: config.LIVE_MAX_ORDERS,
            maxPending: config.LIVE_MAX_PENDING,
          },
          cursors: new FeedCursors(readFileSync(config.CURSOR_SECRET_FILE)),
          failed: (err) => log.warn({ err }, 'Live updates could not be completed'),
        });
      },
    },
  ],
})
export class GatewayModule {}

/** Null when updates come as announcements. */
function orderUpdatesStream(
  { LIVE_UPDATES_FROM: from }: Config,
  { log, lifecycle }: Runtime,
  hub: LiveHub,
  client: OrderService,
): OrderUpdatesStream | null {
  if (from !== 'grpc') return null;
  const stream = new OrderUpdatesStream({
    open: (requests, signal) => client.watchUpdates(requests, { signal }),
    tokenOf: (customerId) =>
      hub
        .callersOf(customerId)
        .map(({ token }) => token)
        .sort((one, other) => lifeOf(other) - lifeOf(one))[0],
    updated: (update) => hub.orderUpdated(update),
    failed: (err) => log.warn({ err }, 'The stream of updates ended and is opened again'),
  });
  hub.tellCustomers(stream);
  lifecycle.onStop('intake', 'stream of updates', () => stream.close());
  return stream;
}
