import { errorCatalog } from '@mesh/contracts/errors';
import { z } from 'zod';
import { orderPage } from '../api-schemas.js';
import { subscription } from '../live-messages.js';
import { exampleOrderId, examples, exampleTraceparent } from './examples.js';
import type { JsonSchema } from './json-schema.js';

// The live namespace in the words of AsyncAPI 3; seen from the gateway, which receives subscriptions.

const cursor = {
  type: 'string',
  description: 'Opaque. Subscribing to the orders feed with it continues right after this message',
};
const cursorExample = 'ZTEuYW5uLjQ.c2lnbmF0dXJl';
const status = { type: 'string', enum: ['PLACED', 'CONFIRMED', 'REJECTED', 'CANCELLED'] };

export const liveMessages = {
  subscribe: message(
    'subscribe',
    'What to send from now on',
    {
      ...schemaOf(subscription),
      description:
        'An order after a version (0 for its whole history), all orders of the customer after a cursor (without one: from now on), or all changes of stock.',
    },
    { orderId: exampleOrderId, afterVersion: 0 },
    { feed: 'orders', cursor: cursorExample },
    { feed: 'stock' },
  ),
  unsubscribe: message('unsubscribe', 'What to send no longer', schemaOf(subscription), {
    orderId: exampleOrderId,
  }),
  ack: message(
    'ack',
    'Answers subscribe and unsubscribe as the socket.io acknowledgement',
    {
      oneOf: [
        object({ ok: { const: true }, cursor }, ['ok']),
        object(
          {
            ok: { const: false },
            code: { type: 'string', enum: Object.keys(errorCatalog) },
            message: { type: 'string' },
          },
          ['ok', 'code', 'message'],
        ),
      ],
    },
    { ok: true, cursor: cursorExample },
    { ok: false, code: 'ORDER_NOT_FOUND', message: 'You have no such order' },
  ),
  'order.updated': message(
    'order.updated',
    'A change of one of the customer’s orders, sent once',
    object(
      {
        orderId: { type: 'string' },
        version: { type: 'integer', minimum: 1 },
        status,
        occurredAt: { type: 'string', format: 'date-time' },
        reason: { type: 'string' },
        traceparent: { type: 'string', description: 'Of the trace that made the change' },
        cursor,
      },
      ['orderId', 'version', 'status', 'occurredAt', 'traceparent', 'cursor'],
    ),
    {
      ...{ orderId: exampleOrderId, version: 2, status: 'CONFIRMED' },
      occurredAt: '2026-03-14T09:26:53.641Z',
      traceparent: exampleTraceparent,
      cursor: cursorExample,
    },
  ),
  resync: message(
    'resync',
    'The cursor can not be continued: start over from the snapshot',
    object(
      {
        reason: { type: 'string', enum: ['EPOCH_CHANGED', 'CURSOR_TOO_OLD', 'CURSOR_AHEAD'] },
        snapshot: {
          ...schemaOf(orderPage),
          description: 'The newest 100 orders, as GET /v1/orders shows them',
        },
        cursor,
      },
      ['reason', 'snapshot', 'cursor'],
    ),
    { reason: 'CURSOR_TOO_OLD', snapshot: examples.OrderPage, cursor: cursorExample },
  ),
  'stock.updated': message(
    'stock.updated',
    'What can be ordered of a SKU has changed',
    object(
      {
        sku: { type: 'string' },
        available: { type: 'integer', minimum: 0 },
        version: { type: 'integer', description: 'Grows with each change of this item' },
      },
      ['sku', 'available', 'version'],
    ),
    { sku: 'MUG-BLUE', available: 998, version: 3 },
  ),
};

type LiveMessage = keyof typeof liveMessages;

const names = Object.keys(liveMessages) as LiveMessage[];

export const liveChannel = {
  address: '/live',
  description:
    'A socket.io namespace at /socket.io. Connect with `auth: {token}`; without a valid token the connect error has `data.code` UNAUTHENTICATED.',
  messages: Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/messages/${name}` }]),
  ),
};

export const liveOperations = {
  subscribe: operation('receive', ['subscribe'], 'A browser subscribes', ['ack']),
  unsubscribe: operation('receive', ['unsubscribe'], 'A browser unsubscribes', ['ack']),
  update: operation(
    'send',
    ['order.updated', 'resync', 'stock.updated'],
    'A browser gets what it subscribed to: what lies behind first, then what comes',
  ),
};

function operation(
  action: 'send' | 'receive',
  messages: readonly LiveMessage[],
  summary: string,
  reply?: readonly LiveMessage[],
) {
  const channel = { $ref: '#/channels/live' };
  const listed = (names: readonly LiveMessage[]) =>
    names.map((name) => ({ $ref: `#/channels/live/messages/${name}` }));
  return {
    ...{ action, channel, summary, messages: listed(messages) },
    ...(reply && { reply: { channel, messages: listed(reply) } }),
  };
}

function message(
  name: string,
  summary: string,
  payload: JsonSchema,
  ...examples: readonly object[]
) {
  const shown = examples.map((example) => ({ payload: example }));
  return { name, summary, contentType: 'application/json', payload, examples: shown };
}

function object(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema {
  return { type: 'object', required, properties };
}

function schemaOf(schema: z.ZodType): JsonSchema {
  return withoutDialect(z.toJSONSchema(schema, { io: 'input' })) as JsonSchema;
}

function withoutDialect({ $schema: _dialect, ...schema }: { readonly $schema?: string }): object {
  return schema;
}
