import { OrderServiceService } from '@mesh/contracts/order';
import type {
  CancelOrderRequest,
  CancelOrderResponse,
  GetOrderRequest,
  GetOrderResponse,
  ListFeedUpdatesRequest,
  ListFeedUpdatesResponse,
  ListOrdersRequest,
  ListOrdersResponse,
  ListOrderUpdatesRequest,
  ListOrderUpdatesResponse,
  PlaceOrderRequest,
  PlaceOrderResponse,
  WatchOrderRequest,
  WatchOrderResponse,
  WatchUpdatesRequest,
  WatchUpdatesResponse,
} from '@mesh/contracts/order';
import { Caller, callContext, GrpcController, Public, type Principal } from '@mesh/service-kit';
import { Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { CancelOrder } from '../use-cases/cancel-order.js';
import { GetOrder } from '../use-cases/get-order.js';
import { ListFeedUpdates } from '../use-cases/list-feed-updates.js';
import { ListOrders } from '../use-cases/list-orders.js';
import { ListOrderUpdates } from '../use-cases/list-order-updates.js';
import { PlaceOrder } from '../use-cases/place-order.js';
import { WatchOrder } from '../use-cases/watch-order.js';
import { WatchUpdates } from '../use-cases/watch-updates.js';
import { orderMessage, updateMessage } from './order-messages.js';
import { updatesAnswers, updatesRequests } from './updates-messages.js';

/** Serves mesh.order.v1.OrderService: each call is a use case, done for the customer of the caller's token. */
@GrpcController(OrderServiceService)
export class OrderGrpcController {
  @Inject(PlaceOrder) private readonly placing!: PlaceOrder;
  @Inject(GetOrder) private readonly getting!: GetOrder;
  @Inject(ListOrders) private readonly listing!: ListOrders;
  @Inject(CancelOrder) private readonly cancelling!: CancelOrder;
  @Inject(WatchOrder) private readonly watching!: WatchOrder;
  @Inject(WatchUpdates) private readonly watchingUpdates!: WatchUpdates;
  @Inject(ListOrderUpdates) private readonly listingUpdates!: ListOrderUpdates;
  @Inject(ListFeedUpdates) private readonly listingFeed!: ListFeedUpdates;

  async placeOrder(
    @Payload() request: PlaceOrderRequest,
    @Caller() { customerId }: Principal,
  ): Promise<PlaceOrderResponse> {
    const { order, replayed } = await this.placing.execute({ ...request, customerId });
    return { order: orderMessage(order), replayed };
  }

  async getOrder(
    @Payload() { orderId }: GetOrderRequest,
    @Caller() { customerId }: Principal,
  ): Promise<GetOrderResponse> {
    return { order: orderMessage(await this.getting.execute({ customerId, orderId })) };
  }

  async listOrders(
    @Payload() request: ListOrdersRequest,
    @Caller() { customerId }: Principal,
  ): Promise<ListOrdersResponse> {
    const { orders, nextCursor } = await this.listing.execute({ ...request, customerId });
    return { orders: orders.map(orderMessage), nextCursor };
  }

  async cancelOrder(
    @Payload() { orderId }: CancelOrderRequest,
    @Caller() { customerId }: Principal,
  ): Promise<CancelOrderResponse> {
    return { order: orderMessage(await this.cancelling.execute({ customerId, orderId })) };
  }

  watchOrder(
    @Payload() request: WatchOrderRequest,
    @Caller() { customerId }: Principal,
  ): AsyncIterable<WatchOrderResponse> {
    const signal = callContext().signal ?? new AbortController().signal;
    return watchMessages(this.watching.execute({ ...request, customerId }, signal));
  }

  async listOrderUpdates(
    @Payload() request: ListOrderUpdatesRequest,
    @Caller() { customerId }: Principal,
  ): Promise<ListOrderUpdatesResponse> {
    const { updates, version } = await this.listingUpdates.execute({ ...request, customerId });
    return { updates: updates.map(updateMessage), latestVersion: version };
  }

  async listFeedUpdates(
    @Payload() { afterSequence, limit }: ListFeedUpdatesRequest,
    @Caller() { customerId }: Principal,
  ): Promise<ListFeedUpdatesResponse> {
    const feed = await this.listingFeed.execute({ customerId, afterSequence, limit });
    return { ...feed, updates: feed.updates.map(updateMessage) };
  }

  /** Each subscription brings the token of its customer; see docs/adr/0160-who-may-open-a-stream-of-updates.md. */
  @Public()
  watchUpdates(
    @Payload() requests: AsyncIterable<WatchUpdatesRequest>,
  ): AsyncIterable<WatchUpdatesResponse> {
    const signal = callContext().signal ?? new AbortController().signal;
    return updatesAnswers(this.watchingUpdates.execute(updatesRequests(requests), signal));
  }
}

async function* watchMessages(
  updates: ReturnType<WatchOrder['execute']>,
): AsyncGenerator<WatchOrderResponse> {
  for await (const update of updates) yield { update: updateMessage(update) };
}
