import type { OrderUpdate } from '../domain/order-update.js';
import type { DescribedResource } from './docs/live-described.js';
import { exampleOrderId, OrderPage, orderPage, states } from './orders.api.js';

/** Orders, as their customers follow them. */
export const orderLive: DescribedResource<OrderUpdate> = {
  ...{ name: 'order', feed: 'orders', idField: 'orderId', message: 'order.updated' },
  ...{ notFound: 'ORDER_NOT_FOUND', isDefault: true },
  told: ({ id, version, status, occurredAt, reason }) => ({
    ...{ orderId: id, version, status, occurredAt: occurredAt.toISOString() },
    ...(reason && { reason }),
  }),
  described: {
    summary: 'A change of one of the customer’s orders, sent once',
    fields: {
      status: { type: 'string', enum: [...states] },
      occurredAt: { type: 'string', format: 'date-time' },
      reason: { type: 'string' },
    },
    required: ['status', 'occurredAt'],
    example: {
      ...{ id: exampleOrderId, customerId: 'ann', version: 2, feedSequence: 2, traceparent: '' },
      ...{ status: 'CONFIRMED', occurredAt: new Date('2026-03-14T09:26:53.641Z') },
    },
    ...{ page: orderPage, examplePage: OrderPage.example as object, list: 'GET /v1/orders' },
    missing: 'You have no such order',
  },
};
