import { Module } from '@nestjs/common';
import { InventoryServiceService } from '@mesh/contracts/inventory';
import { CONFIG, grpcClient, grpcTls, RUNTIME, type Runtime } from '@mesh/service-kit';
import type { Config } from './config.js';
import { stateFeed } from './gateway.tokens.js';
import { stockLive } from './inbound/stock.live.js';
import { StockUpdatesSubscriber } from './inbound/stock-updates.subscriber.js';
import { StockHttpController } from './inbound/stock.http.controller.js';
import { GrpcStock } from './outbound/inventory.grpc.client.js';
import { StateFeed } from './use-cases/state-feed.js';
import { STOCK } from './use-cases/stock.js';

/** Calls for the feed; those of a request end with it, which may be sooner. */
const deadlineMs = 10_000;

/** Stock over HTTP and live. */
@Module({
  controllers: [StockHttpController],
  providers: [
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
      provide: stateFeed(stockLive),
      inject: [CONFIG, RUNTIME, STOCK],
      useFactory: (config: Config, { log, lifecycle }: Runtime, states: GrpcStock) => {
        const failed = (err: unknown) =>
          log.warn({ err }, 'Stock could not be read for live updates');
        const role = config.LIVE_STOCK_ROLE;
        const feed = new StateFeed({ resource: stockLive, states, role, failed });
        lifecycle.onStop('intake', 'stock feed', () => feed.stop());
        return feed;
      },
    },
    {
      provide: StockUpdatesSubscriber,
      inject: [stateFeed(stockLive)],
      useFactory: (feed: StateFeed) => new StockUpdatesSubscriber(feed),
    },
  ],
  exports: [stateFeed(stockLive)],
})
export class StockModule {}
