import { z } from 'zod';
import * as schemas from '../api-schemas.js';
import { exampleCancelledOrder, exampleOrderId } from './examples.js';
import type { JsonSchema } from './json-schema.js';
import { operationsSchemas } from '../operations-requests.js';
import { operationsPaths } from './operations-paths.js';
import { json, operation, ok, type Operation, type Parameter } from './openapi-parts.js';

export type PathItem = Readonly<Record<string, Operation>>;

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  };
}

export interface SecurityScheme {
  readonly type: 'http';
  readonly scheme: 'bearer';
  readonly bearerFormat: string;
  readonly description: string;
}

/** The REST interface as OpenAPI 3.1; its schemas are the ones that requests are checked by. */
export function openApiDocument(options: { readonly devToken: boolean }): OpenApiDocument {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Protocol Mesh',
      version: '1.0.0',
      description:
        'Place orders, follow them, see stock. Every error is a problem document (RFC 9457). ' +
        'Every answer has X-Request-Id (yours, when it is well-formed) and X-Trace-Id, by which it is found again. ' +
        'Live updates of the same orders come over socket.io: see /asyncapi.json.',
      license: { name: 'MIT', identifier: 'MIT' },
    } as OpenApiDocument['info'],
    servers: [{ url: '/' }],
    tags: ['orders', 'stock', 'operations', 'development'].map((name) => ({ name })),
    paths: {
      ...{ ...orderPaths, ...stockPaths, ...operationsPaths },
      ...(options.devToken ? devPaths : {}),
    },
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        token: {
          ...{ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          description: '`sub` is the customer; the claim `roles` may hold `operator`.',
        },
      },
    },
  };
}

const orderId: Parameter = {
  ...{ name: 'orderId', in: 'path', required: true },
  description: 'The id that placing the order answered with',
  schema: { type: 'string', maxLength: 64 },
  example: exampleOrderId,
};
const sku: Parameter = {
  ...{ name: 'sku', in: 'path', required: true },
  description: 'What is sold, as the list of stock names it',
  schema: { type: 'string', minLength: 1, maxLength: 64 },
  example: 'MUG-BLUE',
};
const etag = {
  description: 'Names the state of the item: for If-Match and If-None-Match',
  schema: { type: 'string' },
};
const ifNoneMatch: Parameter = {
  ...{ name: 'If-None-Match', in: 'header' },
  description: 'The ETag of an earlier answer: 304 when it is still so',
  schema: { type: 'string' },
};
const ifMatch: Parameter = {
  ...{ name: 'If-Match', in: 'header' },
  description:
    'The ETag of the item as you read it: 412 when it has changed since. Without it, or with `*`, it is set in any case',
  schema: { type: 'string' },
};
const page: readonly Parameter[] = [
  {
    ...{ name: 'limit', in: 'query', description: 'Items of a page' },
    schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    example: 5,
  },
  {
    ...{ name: 'cursor', in: 'query', description: 'The `nextCursor` of the page before' },
    schema: { type: 'string', maxLength: 1024 },
  },
];

const body = ['VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const caller = ['UNAUTHENTICATED'] as const;
const upstream = ['OVERLOADED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'] as const;

const orderPaths: Record<string, PathItem> = {
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
      body: 'PlaceOrder',
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
          content: json('Order'),
        },
      },
      errors: [
        ...body,
        'IDEMPOTENCY_KEY_REQUIRED',
        ...caller,
        'IDEMPOTENCY_KEY_REUSED',
        'IDEMPOTENCY_IN_PROGRESS',
        'SKU_UNKNOWN',
        'CURRENCIES_MIXED',
        'TOTAL_TOO_LARGE',
        'INVENTORY_UNAVAILABLE',
        'OUTBOX_FULL',
        'OUTBOX_CLOSED',
        ...upstream,
      ],
    }),
    get: operation({
      ...{ operationId: 'listOrders', tag: 'orders', summary: 'List your orders, newest first' },
      parameters: page,
      responses: ok('A page of orders', 'OrderPage'),
      errors: ['VALIDATION_FAILED', 'CURSOR_INVALID', ...caller, ...upstream],
    }),
  },
  '/v1/orders/{orderId}': {
    get: operation({
      ...{ operationId: 'getOrder', tag: 'orders', summary: 'Look at one of your orders' },
      parameters: [orderId],
      responses: ok('The order', 'Order'),
      errors: [...caller, 'ORDER_NOT_FOUND', ...upstream],
    }),
  },
  '/v1/orders/{orderId}/cancel': {
    post: operation({
      ...{ operationId: 'cancelOrder', tag: 'orders', summary: 'Cancel an order' },
      description: 'Cancelling a cancelled order changes nothing; a rejected one is refused.',
      parameters: [orderId],
      responses: ok('The order, now CANCELLED', 'Order', exampleCancelledOrder),
      errors: [
        ...caller,
        'ORDER_NOT_FOUND',
        'ORDER_NOT_CANCELLABLE',
        'OUTBOX_FULL',
        'OUTBOX_CLOSED',
        ...upstream,
      ],
    }),
  },
};

const stockPaths: Record<string, PathItem> = {
  '/v1/stock': {
    get: operation({
      ...{ operationId: 'listStock', tag: 'stock', summary: 'List stock in SKU order', open: true },
      parameters: page,
      responses: ok('A page of stock', 'StockPage'),
      errors: ['VALIDATION_FAILED', 'CURSOR_INVALID', ...upstream],
    }),
  },
  '/v1/stock/{sku}': {
    get: operation({
      ...{ operationId: 'getStock', tag: 'stock', summary: 'Look at one SKU', open: true },
      parameters: [sku, ifNoneMatch],
      responses: {
        200: { description: 'The item', headers: { ETag: etag }, content: json('StockItem') },
        304: { description: 'It is still as the entity tag says', headers: { ETag: etag } },
      },
      errors: ['STOCK_NOT_FOUND', ...upstream],
    }),
    put: operation({
      ...{ operationId: 'setStock', tag: 'stock', summary: 'Set what can still be ordered' },
      description:
        'Needs the role `operator`. With `If-Match` it is set only while it is as it was read: of two who read the same, one wins.',
      parameters: [sku, ifMatch],
      body: 'SetStock',
      responses: ok('The item as it is now', 'StockItem'),
      errors: [
        ...body,
        ...caller,
        'FORBIDDEN',
        'STOCK_NOT_FOUND',
        'PRECONDITION_FAILED',
        'OUTBOX_FULL',
        'OUTBOX_CLOSED',
        ...upstream,
      ],
    }),
  },
};

const devPaths: Record<string, PathItem> = {
  '/dev/token': {
    post: operation({
      ...{ operationId: 'devToken', tag: 'development', summary: 'Sign in as anybody', open: true },
      description: 'In development only. The token is valid for 12 hours.',
      body: 'DevTokenRequest',
      responses: ok('A token', 'DevToken'),
      errors: body,
    }),
  },
};

function componentSchemas(): Record<string, JsonSchema> {
  const named = z.registry<{ id: string }>();
  named.add(schemas.placeOrderBody, { id: 'PlaceOrder' });
  named.add(schemas.setStockBody, { id: 'SetStock' });
  named.add(schemas.devTokenBody, { id: 'DevTokenRequest' });
  named.add(schemas.devToken, { id: 'DevToken' });
  named.add(schemas.money, { id: 'Money' });
  named.add(schemas.order, { id: 'Order' });
  named.add(schemas.orderPage, { id: 'OrderPage' });
  named.add(schemas.stockItem, { id: 'StockItem' });
  named.add(schemas.stockPage, { id: 'StockPage' });
  named.add(schemas.problem, { id: 'Problem' });
  for (const [id, schema] of Object.entries(operationsSchemas)) named.add(schema, { id });
  const uri = (id: string) => `#/components/schemas/${id}`;
  const made = z.toJSONSchema(named, { uri, io: 'input' });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $schema: _dialect, $id: _uri, ...schema }]) => [
      id,
      schema as JsonSchema,
    ]),
  );
}
