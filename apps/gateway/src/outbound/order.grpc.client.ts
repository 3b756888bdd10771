import { OrderServiceService } from '@mesh/contracts/order';
import type { GrpcClient } from '@mesh/service-kit';
import type { Caller } from '../domain/caller.js';
import type { Order } from '../domain/order.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Orders, PlacedOrder, PlaceOrder } from '../use-cases/orders.js';
import { toOrder } from './order-mapping.js';

type Client = GrpcClient<OrderServiceService>;

/** The order service over gRPC. Each call bears the caller's token; the service checks the owner. */
export class GrpcOrders implements Orders {
  constructor(private readonly client: Client) {}

  async place({ token }: Caller, request: PlaceOrder): Promise<PlacedOrder> {
    const { order, replayed } = await this.client.placeOrder(request, { token });
    return { order: toOrder(order), replayed };
  }

  async get({ token }: Caller, orderId: string): Promise<Order> {
    return toOrder((await this.client.getOrder({ orderId }, { token })).order);
  }

  async list({ token }: Caller, { limit = 0, cursor = '' }: PageRequest): Promise<Page<Order>> {
    const { orders, nextCursor } = await this.client.listOrders({ limit, cursor }, { token });
    return { items: orders.map(toOrder), nextCursor: nextCursor || undefined };
  }

  async cancel({ token }: Caller, orderId: string): Promise<Order> {
    return toOrder((await this.client.cancelOrder({ orderId }, { token })).order);
  }
}
