import { z } from 'zod';
import { described, pageOf, strictBody, whole } from './api-schemas.js';
import { named, type ApiPart } from './docs/api-part.js';
import { callOf, curl } from './docs/curl.js';
import { ended } from './docs/first-calls.js';
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

export const setStockBody = strictBody({ quantity: whole(0) });

export const stockItem = z.strictObject({
  sku: z.string(),
  name: z.string(),
  price: money,
  available: described(z.int().min(0), 'What can still be ordered'),
});
export const stockPage = pageOf(stockItem);

const exampleItem: z.output<typeof stockItem> = {
  ...{ sku: 'MUG-BLUE', name: 'Mug, blue', price: examplePrice, available: 998 },
};
const SetStock = named('SetStock', setStockBody, { quantity: exampleItem.available });
const StockItem = named('StockItem', stockItem, exampleItem);
const StockPage = named('StockPage', stockPage, {
  ...{ items: [exampleItem], nextCursor: 'c2t1Ok1VRy1CTFVF' },
});

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
const paths: Record<string, PathItem> = {
  '/v1/stock': {
    get: operation({
      ...{ operationId: 'listStock', tag: 'stock', summary: 'List stock in SKU order', open: true },
      parameters: pageParameters,
      responses: ok('A page of stock', StockPage),
      errors: ['VALIDATION_FAILED', 'CURSOR_INVALID', ...upstreamErrors],
    }),
  },
  '/v1/stock/{sku}': {
    get: operation({
      ...{ operationId: 'getStock', tag: 'stock', summary: 'Look at one SKU', open: true },
      parameters: [sku, ifNoneMatch],
      responses: {
        200: { description: 'The item', headers: { ETag: etag }, content: json(StockItem) },
        304: { description: 'It is still as the entity tag says', headers: { ETag: etag } },
      },
      errors: ['STOCK_NOT_FOUND', ...upstreamErrors],
    }),
    put: operation({
      ...{ operationId: 'setStock', tag: 'stock', summary: 'Set what can still be ordered' },
      description:
        'Needs the role `operator`. With `If-Match` it is set only while it is as it was read: of two who read the same, one wins.',
      parameters: [sku, ifMatch],
      body: SetStock,
      responses: ok('The item as it is now', StockItem),
      errors: [
        ...bodyErrors,
        ...callerErrors,
        'FORBIDDEN',
        'STOCK_NOT_FOUND',
        'PRECONDITION_FAILED',
        'OUTBOX_FULL',
        'OUTBOX_CLOSED',
        ...upstreamErrors,
      ],
    }),
  },
};

/** Stock in the REST interface. */
export const stockApi: ApiPart = {
  tag: 'stock',
  paths,
  schemas: [SetStock, Money, StockItem, StockPage],
  firstCalls: (document) => [
    {
      title: 'See what there is',
      commands: ended(curl(callOf(document, 'listStock'), { limit: 5 })),
    },
  ],
};
