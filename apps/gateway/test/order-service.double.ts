import { EventEmitter, once } from 'node:events';
import { Payload } from '@nestjs/microservices';
import {
  OrderServiceService,
  OrderStatus,
  type CancelOrderRequest,
  type GetOrderRequest,
  type ListFeedUpdatesRequest,
  type ListOrdersRequest,
  type ListOrderUpdatesRequest,
  type OrderUpdate,
  type PlaceOrderRequest,
  type WatchOrderRequest,
  type WatchOrderResponse,
  type WatchUpdatesRequest,
  type WatchUpdatesResponse,
} from '@mesh/contracts/order';
import { Inject, Module } from '@nestjs/common';
import {
  AppError,
  Authenticator,
  Caller,
  callContext,
  GrpcController,
  Public,
  type Principal,
} from '@mesh/service-kit';
import { currentTraceId } from '@mesh/tracing';

interface Stored extends PlaceOrderRequest {
  readonly customerId: string;
  readonly updates: OrderUpdate[];
}

/** A test double of the order service: in memory and without a saga; tests change its orders. */
@GrpcController(OrderServiceService)
export class OrderServiceDouble {
  readonly #orders = new Map<string, Stored>();
  readonly #feeds = new Map<string, OrderUpdate[]>();
  /** The traces in which orders were placed. */
  readonly traceIds: (string | undefined)[] = [];
  /** Waited for by every call. */
  pause: Promise<void> = Promise.resolve();
  epoch = 'e1';

  /** Forgets all orders, so that a test that places many holds few. */
  forget(): void {
    this.#orders.clear();
    this.#feeds.clear();
    this.traceIds.length = 0;
  }

  /** A committed change of an order; returns it as it is announced. */
  change(orderId: string, status: OrderStatus, reason?: string): OrderUpdate {
    const { customerId, updates } = this.#orders.get(orderId)!;
    const feed = this.#feeds.get(customerId) ?? [];
    this.#feeds.set(customerId, feed);
    const update: OrderUpdate = {
      ...{ orderId, customerId, status, reason, occurredAt: new Date() },
      ...{ version: updates.length + 1, feedSequence: feed.length + 1 },
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    };
    updates.push(update);
    feed.push(update);
    this.#changes.emit(orderId);
    this.#changes.emit('any');
    return update;
  }

  async placeOrder(@Payload() request: PlaceOrderRequest, @Caller() { customerId }: Principal) {
    await this.pause;
    this.traceIds.push(currentTraceId());
    const { idempotencyKey: key, lines } = request;
    const known = [...this.#orders.entries()].find(
      ([, one]) => one.customerId === customerId && one.idempotencyKey === key,
    );
    if (known) {
      if (JSON.stringify(known[1].lines) !== JSON.stringify(lines)) {
        throw new AppError('IDEMPOTENCY_KEY_REUSED', `${key} was used with other lines`);
      }
      return { order: this.#view(known[0]), replayed: true };
    }
    const unknown = lines.findIndex((line) => line.sku === 'NOPE');
    if (unknown >= 0) {
      const path = `/lines/${unknown}/sku`;
      throw new AppError('SKU_UNKNOWN', `${path} is not a known SKU: NOPE`, {
        errors: [{ path, message: 'is not a known SKU: NOPE' }],
      });
    }
    const orderId = crypto.randomUUID();
    this.#orders.set(orderId, { ...request, customerId, updates: [] });
    this.change(orderId, OrderStatus.ORDER_STATUS_PLACED);
    return { order: this.#view(orderId), replayed: false };
  }

  async getOrder(@Payload() { orderId }: GetOrderRequest, @Caller() caller: Principal) {
    await this.pause;
    this.#owned(orderId, caller);
    return { order: this.#view(orderId) };
  }

  async listOrders(@Payload() request: ListOrdersRequest, @Caller() { customerId }: Principal) {
    this.deadlines.push(callContext().deadline!);
    await this.pause;
    const mine = [...this.#orders.keys()]
      .filter((orderId) => this.#orders.get(orderId)!.customerId === customerId)
      .reverse();
    const from = request.cursor === '' ? 0 : Number(request.cursor);
    if (Number.isNaN(from)) throw new AppError('CURSOR_INVALID', 'The cursor is none of this list');
    const to = from + (request.limit || 20);
    const orders = mine.slice(from, to).map((orderId) => this.#view(orderId));
    return { orders, nextCursor: to < mine.length ? String(to) : '' };
  }

  async cancelOrder(@Payload() { orderId }: CancelOrderRequest, @Caller() caller: Principal) {
    await this.pause;
    const { status } = this.#owned(orderId, caller).updates.at(-1)!;
    if (status === OrderStatus.ORDER_STATUS_REJECTED) {
      throw new AppError('ORDER_NOT_CANCELLABLE', 'A rejected order can not be cancelled');
    }
    if (status !== OrderStatus.ORDER_STATUS_CANCELLED) {
      this.change(orderId, OrderStatus.ORDER_STATUS_CANCELLED, 'CANCELLED_BY_CUSTOMER');
    }
    return { order: this.#view(orderId) };
  }

  async listOrderUpdates(@Payload() request: ListOrderUpdatesRequest, @Caller() caller: Principal) {
    await this.pause;
    const { updates } = this.#owned(request.orderId, caller);
    return { updates: updates.slice(request.afterVersion), latestVersion: updates.length };
  }

  async listFeedUpdates(@Payload() request: ListFeedUpdatesRequest, @Caller() caller: Principal) {
    await this.pause;
    const { afterSequence: after, limit } = request;
    const feed = this.#feeds.get(caller.customerId) ?? [];
    const updates = after === undefined ? [] : feed.slice(after, after + limit);
    return { updates, latestSequence: feed.length, epoch: this.epoch };
  }

  /** Of the calls of ListOrders. */
  readonly deadlines: number[] = [];
  /** Streams that are open. */
  watchers = 0;
  readonly #changes = new EventEmitter().setMaxListeners(0);

  async *watchOrder(
    @Payload() { orderId, afterVersion }: WatchOrderRequest,
    @Caller() caller: Principal,
  ): AsyncGenerator<WatchOrderResponse> {
    const { updates } = this.#owned(orderId, caller);
    const { signal } = callContext();
    this.watchers += 1;
    try {
      for (let at = afterVersion; ; at += 1) {
        while (updates.length <= at) await once(this.#changes, orderId, { signal: signal! });
        yield { update: updates[at]! };
      }
    } finally {
      this.watchers -= 1;
    }
  }

  /** What streams of updates were asked, a customer each. */
  readonly asked: string[] = [];
  /** Ends the streams of updates that are open. */
  cut = new AbortController();
  @Inject(Authenticator) private readonly authenticator!: Authenticator;

  @Public()
  async *watchUpdates(
    @Payload() requests: AsyncIterable<WatchUpdatesRequest>,
  ): AsyncGenerator<WatchUpdatesResponse> {
    const { cut } = this;
    const signal = AbortSignal.any([callContext().signal!, cut.signal]);
    const open = new Map<number, { customerId: string; at: number }>();
    const answers: WatchUpdatesResponse[] = [];
    void (async () => {
      for await (const { request } of requests) {
        const { $case, value } = request!;
        if ($case === 'unsubscribe') {
          this.asked.push(`- ${open.get(value.id)?.customerId}`);
          open.delete(value.id);
          continue;
        }
        const { customerId } = await this.authenticator.verify(value.token);
        this.asked.push(`${customerId} ${value.afterSequence}`);
        const latestSequence = this.#feeds.get(customerId)?.length ?? 0;
        open.set(value.id, { customerId, at: value.afterSequence ?? latestSequence });
        const subscribed = { latestSequence, epoch: this.epoch };
        answers.push({ id: value.id, answer: { $case: 'subscribed', value: subscribed } });
        this.#changes.emit('any');
      }
    })().catch(() => undefined);
    for (;;) {
      yield* answers.splice(0);
      for (const [id, one] of open)
        for (const value of (this.#feeds.get(one.customerId) ?? []).slice(one.at)) {
          one.at += 1;
          yield { id, answer: { $case: 'update', value } };
        }
      if (cut.signal.aborted) throw new AppError('UNAVAILABLE', 'The stream is cut');
      const idle =
        answers.length === 0 &&
        [...open.values()].every(
          ({ customerId, at }) => (this.#feeds.get(customerId)?.length ?? 0) <= at,
        );
      if (idle) await once(this.#changes, 'any', { signal }).catch(() => undefined);
      if (callContext().signal?.aborted) return;
    }
  }

  #owned(orderId: string, { customerId }: Principal): Stored {
    const order = this.#orders.get(orderId);
    if (order?.customerId === customerId) return order;
    throw new AppError('ORDER_NOT_FOUND', `You have no order "${orderId}"`);
  }

  #view(orderId: string) {
    const { lines, updates, customerId } = this.#orders.get(orderId)!;
    const { status, version, reason, occurredAt } = updates.at(-1)!;
    return {
      ...{ orderId, customerId, status, version, reason, updatedAt: occurredAt },
      createdAt: updates[0]!.occurredAt,
      lines: lines.map((line) => ({ ...line, unitPrice: euros(250) })),
      total: euros(lines.reduce((sum, { quantity }) => sum + quantity * 250, 0)),
    };
  }
}

function euros(amountMinor: number) {
  return { amountMinor, currency: 'EUR' };
}

@Module({ controllers: [OrderServiceDouble] })
export class OrderDoubleModule {}
