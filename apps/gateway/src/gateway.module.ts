import { readFileSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { InventoryServiceService } from '@mesh/contracts/inventory';
import { OrderServiceService } from '@mesh/contracts/order';
import {
  CONFIG,
  grpcClient,
  MessagingModule,
  RUNTIME,
  type GrpcClient,
  type Runtime,
} from '@mesh/service-kit';
import type { Config } from './config.js';
import { ORDERS, STOCK } from './gateway.tokens.js';
import { DevTokenHttpController } from './inbound/dev-token.http.controller.js';
import { DocsHttpController } from './inbound/docs/docs.http.controller.js';
import { LiveWsGateway } from './inbound/live.ws.gateway.js';
import { NotificationsEventsSubscriber } from './inbound/notifications-events.subscriber.js';
import { OrdersHttpController } from './inbound/orders.http.controller.js';
import { StockHttpController } from './inbound/stock.http.controller.js';
import { GrpcStock } from './outbound/inventory.grpc.client.js';
import { GrpcOrderHistory, GrpcOrders } from './outbound/order.grpc.client.js';
import { FeedCursors } from './use-cases/feed-cursors.js';
import { LiveHub } from './use-cases/live-hub.js';
import { LiveSessions } from './use-cases/live-sessions.js';
import type { Orders } from './use-cases/orders.js';

/** Calls of a socket; those of a request end with it, which may be sooner. */
const deadlineMs = 10_000;
const ORDER_SERVICE = Symbol('ORDER_SERVICE');
type OrderService = GrpcClient<OrderServiceService>;

@Module({
  imports: [MessagingModule.register({ group: 'gateway', outbox: false })],
  controllers: [
    OrdersHttpController,
    StockHttpController,
    DevTokenHttpController,
    DocsHttpController,
  ],
  providers: [
    LiveWsGateway,
    NotificationsEventsSubscriber,
    LiveHub,
    {
      provide: ORDER_SERVICE,
      inject: [CONFIG, RUNTIME],
      useFactory: ({ ORDER_GRPC_ADDRESS: address }: Config, { lifecycle }: Runtime) => {
        const client = grpcClient(OrderServiceService, { address, deadlineMs });
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
      useFactory: ({ INVENTORY_GRPC_ADDRESS: address }: Config, { lifecycle }: Runtime) => {
        const client = grpcClient(InventoryServiceService, { address, deadlineMs });
        lifecycle.onStop('close', 'inventory client', () => client.close());
        return new GrpcStock(client);
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
      ) =>
        new LiveSessions(hub, {
          orders,
          history: new GrpcOrderHistory(client),
          cursors: new FeedCursors(readFileSync(config.CURSOR_SECRET_FILE)),
          failed: (err) => log.warn({ err }, 'Live updates could not be completed'),
        }),
    },
  ],
})
export class GatewayModule {}
