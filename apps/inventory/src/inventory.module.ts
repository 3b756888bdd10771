import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type { Outbox } from '@mesh/outbox';
import { CONFIG, DATABASE, DatabaseModule, MessagingModule, OUTBOX } from '@mesh/service-kit';
import type { Config } from './config.js';
import { InventoryGrpcController } from './inbound/inventory.grpc.controller.js';
import { OrderEventsSubscriber } from './inbound/order-events.subscriber.js';
import { StockChangesSubscriber } from './inbound/stock-changes.subscriber.js';
import { migrations } from './outbound/migrations/index.js';
import { PostgresStockStore } from './outbound/postgres-stock-store.js';
import { seedItems } from './outbound/seed.js';
import type { StockDatabase } from './outbound/stock-database.js';
import { BatchGetStock } from './use-cases/batch-get-stock.js';
import { GetStock } from './use-cases/get-stock.js';
import { ImportStock } from './use-cases/import-stock.js';
import { ListStock } from './use-cases/list-stock.js';
import { ReleaseReservation } from './use-cases/release-reservation.js';
import { ReserveStockNow } from './use-cases/reserve-stock-now.js';
import { ReserveStock } from './use-cases/reserve-stock.js';
import { SeedStock } from './use-cases/seed-stock.js';
import { SetStock } from './use-cases/set-stock.js';
import { StockFeed } from './use-cases/stock-feed.js';
import { WatchStock } from './use-cases/watch-stock.js';

const now = () => new Date();
const store = [PostgresStockStore];

@Module({
  imports: [
    DatabaseModule.register({ migrations }),
    MessagingModule.register({ group: 'inventory', outbox: true }),
  ],
  controllers: [InventoryGrpcController],
  providers: [
    OrderEventsSubscriber,
    StockChangesSubscriber,
    StockFeed,
    {
      provide: PostgresStockStore,
      inject: [DATABASE, OUTBOX],
      useFactory: (db: Kysely<StockDatabase>, outbox: Outbox) =>
        new PostgresStockStore({ db, outbox }),
    },
    { provide: ReserveStock, useFactory: () => new ReserveStock(now) },
    { provide: ReleaseReservation, useFactory: () => new ReleaseReservation(now) },
    {
      provide: ReserveStockNow,
      inject: [PostgresStockStore, ReserveStock],
      useFactory: (stock: PostgresStockStore, reserve: ReserveStock) =>
        new ReserveStockNow(stock, reserve),
    },
    {
      provide: GetStock,
      inject: store,
      useFactory: (stock: PostgresStockStore) => new GetStock(stock),
    },
    {
      provide: BatchGetStock,
      inject: store,
      useFactory: (stock: PostgresStockStore) => new BatchGetStock(stock),
    },
    {
      provide: ListStock,
      inject: store,
      useFactory: (stock: PostgresStockStore) => new ListStock(stock),
    },
    {
      provide: SetStock,
      inject: store,
      useFactory: (stock: PostgresStockStore) => new SetStock(stock, now),
    },
    {
      provide: ImportStock,
      inject: store,
      useFactory: (stock: PostgresStockStore) => new ImportStock(stock, now),
    },
    {
      provide: SeedStock,
      inject: store,
      useFactory: (stock: PostgresStockStore) => new SeedStock(stock, now),
    },
    {
      provide: WatchStock,
      inject: [PostgresStockStore, StockFeed],
      useFactory: (stock: PostgresStockStore, feed: StockFeed) =>
        new WatchStock({ store: stock, feed }),
    },
  ],
})
export class InventoryModule implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly seedStock: SeedStock,
  ) {}

  async onModuleInit(): Promise<void> {
    const { MESH_SEED, NODE_ENV } = this.config;
    if (MESH_SEED ?? NODE_ENV === 'development') await this.seedStock.execute(seedItems);
  }
}
