import { expect, it } from 'vitest';
import type { z } from 'zod';
import * as schemas from '../api-schemas.js';
import { operationsSchemas } from '../operations-requests.js';
import { parseSubscription } from '../live-messages.js';
import { examples, type SchemaName } from './examples.js';
import { liveMessages } from './live-namespace.js';
import { openApiDocument } from './openapi-document.js';

const checkedBy: Record<SchemaName, z.ZodType> = {
  PlaceOrder: schemas.placeOrderBody,
  SetStock: schemas.setStockBody,
  DevTokenRequest: schemas.devTokenBody,
  DevToken: schemas.devToken,
  Money: schemas.money,
  Order: schemas.order,
  OrderPage: schemas.orderPage,
  StockItem: schemas.stockItem,
  StockPage: schemas.stockPage,
  Problem: schemas.problem,
  ...operationsSchemas,
};
const names = Object.keys(examples) as SchemaName[];

it('has an example for each schema of the document', () => {
  const { components } = openApiDocument({ devToken: true });
  expect(names.toSorted()).toEqual(Object.keys(components.schemas).toSorted());
});

it.each(names)('the example of %s is of its schema', (name) => {
  expect(checkedBy[name].safeParse(examples[name]).error?.issues).toBeUndefined();
});

it.each(['subscribe', 'unsubscribe'] as const)('each example of %s is taken', (name) => {
  for (const { payload } of liveMessages[name].examples) {
    expect(parseSubscription(payload)).not.toHaveProperty('fault');
  }
});
