import { OrderServiceService } from '@mesh/contracts/order';
import { runInCall, type GrpcClient } from '@mesh/service-kit';
import type { Caller } from '../domain/caller.js';
import type { Order } from '../domain/order.js';
import type { Page } from '../domain/page.js';
import {
  feedPageSize,
  type FeedPage,
  type FeedPosition,
  type History,
  type Snapshot,
  type Snapshots,
  type Tail,
} from '../use-cases/history.js';
import type { Orders } from '../use-cases/orders.js';
import { toOrderUpdate } from './order-mapping.js';

/**
 * The history of orders over gRPC. It is read for a socket, whose life is longer than that of the
 * message or event that showed the need: no deadline or cancellation is inherited from those.
 */
export class GrpcOrderHistory implements History {
  constructor(private readonly client: GrpcClient<OrderServiceService>) {}

  async ofOne({ token }: Caller, orderId: string, afterVersion: number): Promise<Tail> {
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

/** Orders in the place of their history. */
export class OrderSnapshots implements Snapshots {
  constructor(private readonly orders: Pick<Orders, 'get' | 'list'>) {}

  async get(caller: Caller, orderId: string): Promise<Snapshot> {
    return snapshotOf(await this.orders.get(caller, orderId));
  }

  async newest(caller: Caller, limit: number): Promise<Page<Snapshot>> {
    const { items, nextCursor } = await this.orders.list(caller, { limit });
    return { items: items.map(snapshotOf), nextCursor };
  }
}

function snapshotOf(order: Order): Snapshot {
  return { id: order.orderId, version: order.version, shown: order };
}
