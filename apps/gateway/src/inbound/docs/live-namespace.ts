import { errorCatalog } from '@mesh/contracts/errors';
import { z } from 'zod';
import { orderPage } from '../api-schemas.js';
import { closingCodes } from '../live-closing.js';
import { renewal, subscription } from '../live-messages.js';
import { exampleOrderId, examples, exampleTraceparent } from './examples.js';
import type { JsonSchema } from './json-schema.js';

// The live namespace in the words of AsyncAPI 3; seen from the gateway, which receives subscriptions.

const cursor = {
  type: 'string',
  description: 'Opaque. Subscribing to the orders feed with it continues right after this message',
};
const cursorExample = 'ZTEuYW5uLjQ.c2lnbmF0dXJl';
const status = { type: 'string', enum: ['PLACED', 'CONFIRMED', 'REJECTED', 'CANCELLED'] };

const refusal = object(
  {
    ok: { const: false },
    code: { type: 'string', enum: Object.keys(errorCatalog) },
    message: { type: 'string' },
    limit: { type: 'integer', description: 'The bound that is reached' },
    retryAfterMs: {
      type: 'integer',
      description: 'The same message may succeed after so long; it differs, to spread clients',
    },
  },
  ['ok', 'code', 'message'],
);
const conflated = {
  const: true,
  description:
    'Earlier ones of the same were left out before this, on purpose: the client took too little of what was sent',
};
const skipped = {
  ...{ type: 'integer', minimum: 1 },
  description:
    'How many messages of this name were left out since the one before, each for a later one of the same; the cursor covers them',
};
const inMs = { type: 'integer', minimum: 0, description: 'Milliseconds from now' };

export const liveMessages = {
  subscribe: message(
    'subscribe',
    'What to send from now on',
    {
      ...schemaOf(subscription),
      description:
        'An order after a version (0 for its whole history), all orders of the customer after a cursor (without one: from now on), or all changes of stock (`versions`: what is newer than these is sent first, of SKUs that are left out in any case).',
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
      oneOf: [object({ ok: { const: true }, cursor }, ['ok']), refusal],
    },
    { ok: true, cursor: cursorExample },
    { ok: false, code: 'ORDER_NOT_FOUND', message: 'You have no such order' },
  ),
  renew: message(
    'renew',
    'Goes on with another token of the same customer, with all subscriptions that it allows',
    schemaOf(renewal),
    { token: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln' },
  ),
  renewed: message(
    'renewed',
    'Answers renew as the socket.io acknowledgement; FORBIDDEN for a token of another customer',
    {
      oneOf: [
        object(
          {
            ok: { const: true },
            expiresInMs: inMs,
            ended: {
              ...{ type: 'array', items: schemaOf(subscription) },
              description: 'Subscriptions that the new token does not allow',
            },
          },
          ['ok', 'expiresInMs'],
        ),
        refusal,
      ],
    },
    { ok: true, expiresInMs: 3_600_000 },
    { ok: false, code: 'UNAUTHENTICATED', message: 'The token has expired' },
  ),
  'token.expiring': message(
    'token.expiring',
    'The token ends soon, and the connection with it: send renew before',
    object({ inMs }, ['inMs']),
    { inMs: 60_000 },
  ),
  closing: message(
    'closing',
    'The gateway ends this connection. Connect again and subscribe with the last cursor; nothing is lost',
    object(
      {
        code: {
          ...{ type: 'string', enum: Object.keys(closingCodes) },
          description: Object.entries(closingCodes)
            .map(([code, text]) => `${code}: ${text}`)
            .join('. '),
        },
        message: { type: 'string' },
        inMs: {
          ...inMs,
          description: 'When it does, in milliseconds from now; another for each client',
        },
      },
      ['code', 'message', 'inMs'],
    ),
    { code: 'MOVING', message: closingCodes.MOVING, inMs: 1_250 },
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
        ...{ cursor, conflated, skipped },
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
    'What is known can not be continued: start over from the snapshot',
    object(
      {
        reason: {
          type: 'string',
          enum: [
            ...['EPOCH_CHANGED', 'CURSOR_TOO_OLD', 'CURSOR_AHEAD'],
            ...['HISTORY_GONE', 'VERSION_AHEAD'],
          ],
        },
        orderId: {
          type: 'string',
          description: 'Given when this order alone starts over; the feed goes on',
        },
        snapshot: {
          ...schemaOf(orderPage),
          description:
            'The newest 100 orders, as GET /v1/orders shows them; with an orderId, that order',
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
        ...{ conflated, skipped },
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
    'A socket.io namespace at /socket.io. Connect with `auth: {token}`; without a valid token the connect error has `data.code` UNAUTHENTICATED, beyond the connections of a customer or an address TOO_MANY_REQUESTS.',
  messages: Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/messages/${name}` }]),
  ),
};

export const liveOperations = {
  subscribe: operation('receive', ['subscribe'], 'A browser subscribes', ['ack']),
  unsubscribe: operation('receive', ['unsubscribe'], 'A browser unsubscribes', ['ack']),
  renew: operation('receive', ['renew'], 'A browser shows a new token', ['renewed']),
  notice: operation(
    'send',
    ['token.expiring', 'closing'],
    'A browser is told of what ends, before it does',
  ),
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
