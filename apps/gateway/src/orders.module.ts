import { Module } from '@nestjs/common';
import { OrderService } from '@mesh/contracts/es/order';
import { OrderServiceService } from '@mesh/contracts/order';
import {
  CONFIG,
  grpcClient,
  grpcTls,
  RUNTIME,
  type GrpcClient,
  type Runtime,
} from '@mesh/service-kit';
import type { Config } from './config.js';
import { liveSource } from './gateway.tokens.js';
import { lifeOf } from './inbound/live-identity.js';
import { orderLive } from './inbound/order.live.js';
import { orderRpc } from './inbound/order.rpc.js';
import { OrderUpdatesSubscriber } from './inbound/order-updates.subscriber.js';
import { OrdersHttpController } from './inbound/orders.http.controller.js';
import { GrpcOrders } from './outbound/order.grpc.client.js';
import { GrpcOrderHistory, OrderSnapshots } from './outbound/order-history.grpc.client.js';
import { OrderUpdatesStream } from './outbound/order-updates-stream.js';
import { GrpcRpcService } from './outbound/rpc.client.js';
import { LiveHubs } from './use-cases/live-hub.js';
import type { LiveSource } from './use-cases/live-resource.js';
import { ORDERS, type Orders } from './use-cases/orders.js';

/** Calls of a socket; those of a request end with it, which may be sooner. */
const deadlineMs = 10_000;
const ORDER_SERVICE = Symbol('ORDER_SERVICE');
type Client = GrpcClient<OrderServiceService>;

/** Orders over HTTP, RPC and live. */
@Module({
  controllers: [OrdersHttpController],
  providers: [
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
      useFactory: (client: Client) => new GrpcOrders(client),
    },
    {
      provide: orderRpc.client,
      inject: [CONFIG, RUNTIME],
      useFactory: (config: Config, { lifecycle }: Runtime) => {
        const called = { address: config.ORDER_GRPC_ADDRESS, deadlineMs, tls: grpcTls(config) };
        const client = new GrpcRpcService(OrderService, called);
        lifecycle.onStop('close', 'order RPC client', () => client.close());
        return client;
      },
    },
    {
      provide: liveSource(orderLive),
      inject: [ORDER_SERVICE, ORDERS],
      useFactory: (client: Client, orders: Orders): LiveSource => ({
        history: new GrpcOrderHistory(client),
        snapshots: new OrderSnapshots(orders),
      }),
    },
    {
      provide: OrderUpdatesSubscriber,
      inject: [CONFIG, LiveHubs],
      useFactory: ({ LIVE_UPDATES_FROM: from }: Config, hubs: LiveHubs) =>
        from === 'amqp' ? new OrderUpdatesSubscriber(hubs.of(orderLive)) : null,
    },
    {
      provide: OrderUpdatesStream,
      inject: [CONFIG, RUNTIME, LiveHubs, ORDER_SERVICE],
      useFactory: orderUpdatesStream,
    },
  ],
  exports: [liveSource(orderLive)],
})
export class OrdersModule {}

/** Null when updates come as announcements. */
function orderUpdatesStream(
  { LIVE_UPDATES_FROM: from }: Config,
  { log, lifecycle }: Runtime,
  hubs: LiveHubs,
  client: Client,
): OrderUpdatesStream | null {
  if (from !== 'grpc') return null;
  const hub = hubs.of(orderLive);
  const stream = new OrderUpdatesStream({
    open: (requests, signal) => client.watchUpdates(requests, { signal }),
    tokenOf: (customerId) =>
      hub
        .callersOf(customerId)
        .map(({ token }) => token)
        .sort((one, other) => lifeOf(other) - lifeOf(one))[0],
    updated: (update) => hub.updated(update),
    failed: (err) => log.warn({ err }, 'The stream of updates ended and is opened again'),
  });
  hub.tellCustomers(stream);
  lifecycle.onStop('intake', 'stream of updates', () => stream.close());
  return stream;
}
