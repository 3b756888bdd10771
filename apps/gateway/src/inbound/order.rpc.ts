import { OrderService } from '@mesh/contracts/es/order';
import type { RpcPart } from './rpc/rpc-part.js';

const { placeOrder, getOrder, listOrders, cancelOrder, watchOrder } = OrderService.method;
const { listOrderUpdates, listFeedUpdates } = OrderService.method;

/** The order service, for browsers. */
export const orderRpc: RpcPart = {
  service: OrderService,
  methods: [
    ...[placeOrder, getOrder, listOrders, cancelOrder, watchOrder],
    ...[listOrderUpdates, listFeedUpdates],
  ],
  client: Symbol('ORDER_RPC'),
};
