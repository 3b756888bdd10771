import {
  Authenticator,
  CONFIG,
  DATABASE,
  DatabaseModule,
  grpcTls,
  MessagingModule,
  OUTBOX,
  RUNTIME,
  type Runtime,
} from '@mesh/service-kit';
import type { Outbox } from '@mesh/outbox';
import { metrics } from '@mesh/tracing';
import { Module, type Provider } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type { Config } from './config.js';
import { InventoryEventsSubscriber } from './inbound/inventory-events.subscriber.js';
import { OrderGrpcController } from './inbound/order.grpc.controller.js';
import { ReservationTimer } from './inbound/reservation-timer.js';
import { InventoryGrpcClient } from './outbound/inventory.grpc.client.js';
import { migrations } from './outbound/migrations/migrations.js';
import type { OrderTables } from './outbound/order-tables.js';
import { PostgresOrderSignals } from './outbound/postgres-order-signals.js';
import { PostgresOrderStore } from './outbound/postgres-order-store.js';
import { CancelOrder } from './use-cases/cancel-order.js';
import { ExpireReservation } from './use-cases/expire-reservation.js';
import { ForgetHistory } from './use-cases/forget-history.js';
import { ForgetIdempotencyKeys } from './use-cases/forget-idempotency-keys.js';
import { GetOrder } from './use-cases/get-order.js';
import { ListFeedUpdates } from './use-cases/list-feed-updates.js';
import { ListOrders } from './use-cases/list-orders.js';
import { ListOrderUpdates } from './use-cases/list-order-updates.js';
import type { OrderStore } from './use-cases/order-store.js';
import { PlaceOrder } from './use-cases/place-order.js';
import { WatchOrder } from './use-cases/watch-order.js';
import { WatchUpdates } from './use-cases/watch-updates.js';

type Db = Kysely<OrderTables>;

const changes = metrics.counter({
  name: 'mesh_order_changes_total',
  help: 'State changes of orders, by the state that they led to',
  labels: ['status'],
});

/** A use case that needs nothing but the store. */
const onStore = (useCase: new (store: OrderStore) => object): Provider => ({
  provide: useCase,
  inject: [PostgresOrderStore],
  useFactory: (store: OrderStore) => new useCase(store),
});

@Module({
  imports: [
    DatabaseModule.register({ migrations }),
    MessagingModule.register({ group: 'order', outbox: true }),
  ],
  controllers: [OrderGrpcController],
  providers: [
    InventoryEventsSubscriber,
    ReservationTimer,
    ...[GetOrder, ListOrders, ListOrderUpdates, ListFeedUpdates].map(onStore),
    ...[CancelOrder, ExpireReservation, ForgetIdempotencyKeys].map(onStore),
    {
      provide: ForgetHistory,
      inject: [PostgresOrderStore, CONFIG],
      useFactory: (store: OrderStore, config: Config) =>
        new ForgetHistory(store, config.ORDER_HISTORY_RETENTION),
    },
    {
      provide: PlaceOrder,
      inject: [PostgresOrderStore, InventoryGrpcClient, CONFIG],
      useFactory: (store: OrderStore, prices: InventoryGrpcClient, config: Config) =>
        new PlaceOrder({ store, prices, reservationTimeoutMs: config.RESERVATION_TIMEOUT_MS }),
    },
    {
      provide: WatchOrder,
      inject: [PostgresOrderStore, PostgresOrderSignals],
      useFactory: (store: OrderStore, signals: PostgresOrderSignals) =>
        new WatchOrder(store, signals),
    },
    {
      provide: WatchUpdates,
      inject: [PostgresOrderStore, PostgresOrderSignals, Authenticator, CONFIG],
      useFactory: (
        store: OrderStore,
        signals: PostgresOrderSignals,
        authenticator: Authenticator,
        { WATCH_MAX_FEEDS: maxSubscriptions, WATCH_MAX_STREAMS: maxStreams }: Config,
      ) =>
        new WatchUpdates({
          ...{ store, signals, maxSubscriptions, maxStreams },
          identify: (token) => authenticator.verify(token),
        }),
    },
    {
      provide: PostgresOrderStore,
      inject: [DATABASE, OUTBOX, PostgresOrderSignals],
      useFactory: (db: Db, events: Outbox, signals: PostgresOrderSignals) =>
        new PostgresOrderStore({
          ...{ db, events },
          onChange(update) {
            signals.changed(update);
            changes.inc({ status: update.status });
          },
        }),
    },
    {
      provide: PostgresOrderSignals,
      inject: [DATABASE, CONFIG, RUNTIME],
      useFactory: (db: Db, config: Config, { log, lifecycle }: Runtime) => {
        const signals = new PostgresOrderSignals({ db, databaseUrl: config.DATABASE_URL, log });
        lifecycle.onStop('flush', 'order signals', () => signals.close());
        return signals;
      },
    },
    {
      provide: InventoryGrpcClient,
      inject: [CONFIG, RUNTIME],
      useFactory: (config: Config, { lifecycle }: Runtime) => {
        const client = new InventoryGrpcClient({
          address: config.INVENTORY_GRPC_ADDRESS,
          tls: grpcTls(config),
        });
        lifecycle.onStop('close', 'inventory client', () => client.close());
        return client;
      },
    },
  ],
})
export class OrderModule {}
