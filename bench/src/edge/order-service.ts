import { Server, ServerCredentials, status, type ServerUnaryCall } from '@grpc/grpc-js';
import {
  OrderServiceService,
  OrderStatus,
  type Order,
  type OrderServiceServer,
  type OrderUpdate,
} from '@mesh/contracts/order';

const EPOCH = 'bench';
const PAGE = 500;
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

/**
 * The order service as far as a gateway asks it, without a database: whatever the gateway takes for
 * a call is its own. Believes the token that it is given.
 */
export class OrderService {
  /** Calls by method. */
  readonly calls = new Map<string, number>();
  readonly #feeds = new Map<string, OrderUpdate[]>();
  readonly #server = new Server();
  #port = 0;

  static async start(): Promise<OrderService> {
    const service = new OrderService();
    await service.#listen();
    return service;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** A committed change of a customer's order, as it is announced; `reason` tells when, in ms since the epoch. */
  change(customerId: string, orderId: string): OrderUpdate {
    const feed = this.#feeds.get(customerId) ?? [];
    this.#feeds.set(customerId, feed);
    const version = feed.filter((update) => update.orderId === orderId).length + 1;
    const update: OrderUpdate = {
      ...{ orderId, customerId, version, feedSequence: feed.length + 1, traceparent },
      ...{ status: OrderStatus.ORDER_STATUS_CONFIRMED, occurredAt: new Date() },
      reason: String(performance.timeOrigin + performance.now()),
    };
    feed.push(update);
    return update;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  async #listen(): Promise<void> {
    const count = (name: string) => this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const unary =
      <Request, Response>(
        name: string,
        answer: (request: Request, feed: OrderUpdate[]) => Response,
      ) =>
      (
        call: ServerUnaryCall<Request, Response>,
        done: (error: null, response: Response) => void,
      ) => {
        count(name);
        done(null, answer(call.request, this.#feeds.get(customerOf(call)) ?? []));
      };
    const methods = {
      placeOrder: unary('placeOrder', () => ({ order: sampleOrder(), replayed: false })),
      getOrder: unary('getOrder', ({ orderId }: { orderId: string }) => ({
        order: sampleOrder(orderId),
      })),
      listOrders: unary('listOrders', () => ({ orders: [], nextCursor: '' })),
      listOrderUpdates: unary(
        'listOrderUpdates',
        ({ orderId, afterVersion }: { orderId: string; afterVersion: number }, feed) => {
          const updates = feed.filter((update) => update.orderId === orderId);
          return { updates: updates.slice(afterVersion), latestVersion: updates.length };
        },
      ),
      listFeedUpdates: unary(
        'listFeedUpdates',
        ({ afterSequence: after, limit }: { afterSequence?: number; limit: number }, feed) => ({
          updates: after === undefined ? [] : feed.slice(after, after + (limit || PAGE)),
          ...{ latestSequence: feed.length, epoch: EPOCH },
        }),
      ),
    };
    const refused = Object.keys(OrderServiceService).map((name) => [
      name,
      (_: unknown, done?: (error: object) => void) =>
        done?.({ code: status.UNIMPLEMENTED, details: name }),
    ]);
    this.#server.addService(OrderServiceService, {
      ...Object.fromEntries(refused),
      ...methods,
    } as unknown as OrderServiceServer);
    this.#port = await new Promise<number>((bound, failed) =>
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error ? failed(error) : bound(port),
      ),
    );
  }
}

/** An order of two lines. */
function sampleOrder(orderId = 'bench-order'): Order {
  const unitPrice = { amountMinor: 1250, currency: 'EUR' };
  return {
    ...{ orderId, customerId: 'c', status: OrderStatus.ORDER_STATUS_PLACED, version: 1 },
    lines: ['COFFEE-1KG', 'MUG-BLUE'].map((sku) => ({ sku, quantity: 2, unitPrice })),
    total: { amountMinor: 5000, currency: 'EUR' },
    ...{ createdAt: new Date(0), updatedAt: new Date(0), reason: undefined },
  };
}

function customerOf({ metadata }: Pick<ServerUnaryCall<unknown, unknown>, 'metadata'>): string {
  const [, payload = ''] = String(metadata.get('authorization')[0] ?? '').split('.');
  return (
    (JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}') as { sub?: string }).sub ?? ''
  );
}
