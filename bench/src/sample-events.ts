import type { Stream } from '@mesh/contracts';
import { OrderUpdateAnnounced } from '@mesh/contracts/catalog/notifications';
import { OrderPlaced } from '@mesh/contracts/catalog/order';
import type * as notifications from '@mesh/contracts/notifications-events';
import { OrderStatus } from '@mesh/contracts/order';
import type * as order from '@mesh/contracts/order-events';
import { fromKafka } from '@mesh/envelope';
import type { Message } from '@mesh/messaging';
import { Outbox, type OpenTransaction } from '@mesh/outbox';
import type { LogEntry } from '@mesh/pg-log';
import { randomUUID } from 'node:crypto';

/** Of how many orders the events are. */
const KEYS = 1000;

const noTransaction: OpenTransaction = {
  isTransaction: true,
  executeQuery: () => Promise.reject(new Error('Nothing is written')),
};

/** What the outbox would write for so many events of the story, spread over 1,000 keys. */
export async function sampleEntries(kind: Stream['kind'], count: number): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  const log = {
    append: async (_: unknown, appended: readonly LogEntry[]) => void entries.push(...appended),
    wake: () => {},
  };
  const outbox = new Outbox({ log, source: '/bench' });
  const orderIds = Array.from({ length: KEYS }, () => randomUUID());
  for (let n = 0; n < count; n++) {
    const orderId = orderIds[n % KEYS] ?? '';
    if (kind === 'log') await outbox.append(noTransaction, OrderPlaced, placedOrder(orderId, n));
    else await outbox.append(noTransaction, OrderUpdateAnnounced, announced(orderId, n));
  }
  return entries;
}

/** The message that the relay makes of an entry. */
export function messageOf(entry: LogEntry, destination = entry.stream): Message {
  const { key, routingKey, headers, body } = entry;
  const event = fromKafka({ headers, value: body });
  return { destination, key, event, ...(routingKey !== null && { routingKey }) };
}

/** The data of a placed order with two lines. */
export function placedOrder(orderId: string = randomUUID(), n = 1): order.OrderPlaced {
  const unitPrice = { amountMinor: 1250, currency: 'EUR' };
  return {
    orderId,
    customerId: `customer-${n % 100}`,
    lines: ['COFFEE-1KG', 'MUG-BLUE'].map((sku) => ({ sku, quantity: 2, unitPrice })),
    total: { amountMinor: 5000, currency: 'EUR' },
    version: 1,
    occurredAt: new Date(),
    feedSequence: n,
  };
}

function announced(orderId: string, n: number): notifications.OrderUpdateAnnounced {
  return {
    orderId,
    customerId: `customer-${n % 100}`,
    version: 2,
    status: OrderStatus.ORDER_STATUS_CONFIRMED,
    occurredAt: new Date(),
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    feedSequence: n,
  };
}
