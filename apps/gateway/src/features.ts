import type { Feature } from './feature.js';
import { orderLive } from './inbound/order.live.js';
import { orderRpc } from './inbound/order.rpc.js';
import { ordersApi } from './inbound/orders.api.js';
import { stockApi } from './inbound/stock.api.js';
import { stockLive } from './inbound/stock.live.js';
import { OrdersModule } from './orders.module.js';
import { StockModule } from './stock.module.js';

/** What this gateway serves, one line a thing. */
export const features: readonly Feature[] = [
  { module: StockModule, api: stockApi, states: stockLive },
  { module: OrdersModule, api: ordersApi, live: orderLive, rpc: orderRpc },
];
