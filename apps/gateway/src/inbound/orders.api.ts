import { z } from 'zod';
import { described, pageOf, strictBody, whole } from './api-schemas.js';
import { named, type ApiPart } from './docs/api-part.js';
import { callOf, curl } from './docs/curl.js';
import { ended, only } from './docs/first-calls.js';
import type { PathItem } from './docs/openapi-document.js';
import {
  bodyErrors,
  callerErrors,
  json,
  ok,
  operation,
  pageParameters,
  upstreamErrors,
  type Parameter,
} from './docs/openapi-parts.js';
import { examplePrice, Money, money } from './money.api.js';

export const states = ['PLACED', 'CONFIRMED', 'REJECTED', 'CANCELLED'] as const;
const sku = z
  .string({ error: 'must be a string' })
  .min(1, { error: 'must not be empty' })
  .max(64, { error: 'must be at most 64 characters' })
  .meta({ examples: ['MUG-BLUE'] });

export const placeOrderBody = strictBody({
  lines: z
    .array(strictBody({ sku, quantity: whole(1) }), { error: 'must be an array' })
    .min(1, { error: 'must have 1 to 100 lines' })
    .max(100, { error: 'must have 1 to 100 lines' }),
});

export const order = z.strictObject({
  orderId: z.string(),
  status: z.enum(states),
  version: described(z.int().min(1), 'Starts at 1 (PLACED) and grows by one with each change'),
  lines: z.array(z.strictObject({ sku: z.string(), quantity: z.int().min(1), unitPrice: money })),
  total: money,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  reason: described(z.string(), 'Why it was rejected or cancelled').optional(),
});
export const orderPage = pageOf(order);

export const exampleOrderId = '01a3c5e7-9b1d-7f3a-8c5e-7091b3d5f7a9';
const lines = [{ sku: 'MUG-BLUE', quantity: 2 }];
const exampleOrder: z.output<typeof order> = {
  ...{ orderId: exampleOrderId, status: 'PLACED', version: 1 },
  lines: lines.map((line) => ({ ...line, unitPrice: examplePrice })),
  total: { amountMinor: 2_400, currency: 'EUR' },
  createdAt: '2026-03-14T09:26:53.589Z',
  updatedAt: '2026-03-14T09:26:53.589Z',
};
/** What {@link exampleOrder} has become once it was confirmed and then cancelled. */
const exampleCancelledOrder: typeof exampleOrder = {
  ...{ ...exampleOrder, status: 'CANCELLED', version: 3, updatedAt: '2026-03-14T09:28:11.204Z' },
  reason: 'CANCELLED_BY_CUSTOMER',
};

const PlaceOrder = named('PlaceOrder', placeOrderBody, { lines });
const Order = named('Order', order, exampleOrder);
export const OrderPage = named('OrderPage', orderPage, { items: [exampleOrder], nextCursor: null });

const orderId: Parameter = {
  ...{ name: 'orderId', in: 'path', required: true },
  description: 'The id that placing the order answered with',
  schema: { type: 'string', maxLength: 64 },
  example: exampleOrderId,
};
const paths: Record<string, PathItem> = {
  '/v1/orders': {
    post: operation({
      ...{ operationId: 'placeOrder', tag: 'orders', summary: 'Place an order' },
      description:
        'Places an order once for each Idempotency-Key of a customer, which is kept for 24 hours. ' +
        'The same key with the same body answers with the same order as it is by then; with another body it is refused. ' +
        'The order is PLACED; whether it is CONFIRMED or REJECTED is decided soon after.',
      parameters: [
        {
          ...{ name: 'Idempotency-Key', in: 'header', required: true },
          description: 'Yours to choose, such as a UUID',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
          example: '6f1c2a94-3d0b-4e57-9a86-b2d7c4e81f35',
        },
      ],
      body: PlaceOrder,
      responses: {
        201: {
          description: 'The order',
          headers: {
            Location: { description: 'Where the order is', schema: { type: 'string' } },
            'Idempotent-Replayed': {
              description: 'Present when the key had been used before',
              schema: { const: 'true' },
            },
          },
          content: json(Order),
        },
      },
      errors: [
        ...bodyErrors,
        'IDEMPOTENCY_KEY_REQUIRED',
        ...callerErrors,
        'IDEMPOTENCY_KEY_REUSED',
        'IDEMPOTENCY_IN_PROGRESS',
        'SKU_UNKNOWN',
        'CURRENCIES_MIXED',
        'TOTAL_TOO_LARGE',
        'INVENTORY_UNAVAILABLE',
        'OUTBOX_FULL',
        'OUTBOX_CLOSED',
        ...upstreamErrors,
      ],
    }),
    get: operation({
      ...{ operationId: 'listOrders', tag: 'orders', summary: 'List your orders, newest first' },
      parameters: pageParameters,
      responses: ok('A page of orders', OrderPage),
      errors: ['VALIDATION_FAILED', 'CURSOR_INVALID', ...callerErrors, ...upstreamErrors],
    }),
  },
  '/v1/orders/{orderId}': {
    get: operation({
      ...{ operationId: 'getOrder', tag: 'orders', summary: 'Look at one of your orders' },
      parameters: [orderId],
      responses: ok('The order', Order),
      errors: [...callerErrors, 'ORDER_NOT_FOUND', ...upstreamErrors],
    }),
  },
  '/v1/orders/{orderId}/cancel': {
    post: operation({
      ...{ operationId: 'cancelOrder', tag: 'orders', summary: 'Cancel an order' },
      description: 'Cancelling a cancelled order changes nothing; a rejected one is refused.',
      parameters: [orderId],
      responses: ok('The order, now CANCELLED', Order, exampleCancelledOrder),
      errors: [
        ...callerErrors,
        'ORDER_NOT_FOUND',
        'ORDER_NOT_CANCELLABLE',
        'OUTBOX_FULL',
        'OUTBOX_CLOSED',
        ...upstreamErrors,
      ],
    }),
  },
};

/** Orders in the REST interface. */
export const ordersApi: ApiPart = {
  tag: 'orders',
  paths,
  schemas: [PlaceOrder, Money, Order, OrderPage],
  shell: { orderId: '$ID' },
  firstCalls(document) {
    const place = callOf(document, 'placeOrder');
    const newest = curl(callOf(document, 'listOrders'), { limit: 1 });
    return [
      {
        title: 'Place an order; repeated with the same key, it is the same order',
        commands: `KEY="first-order-$(date +%s)"\n${ended(curl(place, { 'Idempotency-Key': '$KEY' }))}`,
      },
      {
        title: 'See what became of it: soon it is CONFIRMED or REJECTED',
        commands: ended(newest),
      },
      {
        title: 'Keep its id for the examples below',
        commands: `ID=$(${newest} \\\n  | ${only('orderId')})`,
      },
    ];
  },
};
