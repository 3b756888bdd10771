import { OrderServiceService } from '@mesh/contracts/order';
import { runInCall, type GrpcClient } from '@mesh/service-kit';
import type { Caller } from '../domain/caller.js';
import type { Order } from '../domain/order.js';
import type { Page, PageRequest } from '../domain/page.js';
import {
  feedPageSize,
  type FeedPage,
  type FeedPosition,
  type OrderHistory,
  type Orders,
  type OrderTail,
  type PlacedOrder,
  type PlaceOrder,
} from '../use-cases/orders.js';
import { toOrder, toOrderUpdate } from './order-mapping.js';

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

/**
 * The history of orders over gRPC. It is read for a socket, whose life is longer than that of the
 * message or event that showed the need: no deadline or cancellation is inherited from those.
 */
export class GrpcOrderHistory implements OrderHistory {
  constructor(private readonly client: Client) {}

  async ofOrder({ token }: Caller, orderId: string, afterVersion: number): Promise<OrderTail> {
    const { updates, latestVersion } = await runInCall({}, () =>
      this.client.listOrderUpdates({ orderId, afterVersion }, { token }),
    );
    return { updates: updates.map(toOrderUpdate), latest: latestVersion };
  }

  async ofFeed({ token }: Caller, afterSequence: number): Promise<FeedPage> {
    const { updates, latestSequence, epoch } = await runInCall({}, () =>
      this.client.listFeedUpdates({ afterSequence, limit: feedPageSize }, { token }),
    );
    return { updates: updates.map(toOrderUpdate), latest: latestSequence, epoch };
  }

  async feedPosition({ token }: Caller): Promise<FeedPosition> {
    const { latestSequence, epoch } = await runInCall({}, () =>
      this.client.listFeedUpdates({ afterSequence: undefined, limit: 1 }, { token }),
    );
    return { latest: latestSequence, epoch };
  }
}
