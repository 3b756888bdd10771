import type { z } from 'zod';
import type * as schemas from '../api-schemas.js';
import { operationsExamples } from './operations-examples.js';

// One example a schema, for the documents and the page; a test holds them against the schemas.

const lines = [{ sku: 'MUG-BLUE', quantity: 2 }];
const price = { amountMinor: 1_200, currency: 'EUR' };
const cursor = 'c2t1Ok1VRy1CTFVF';

export const exampleOrderId = '01a3c5e7-9b1d-7f3a-8c5e-7091b3d5f7a9';
export const exampleTraceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const order: z.output<typeof schemas.order> = {
  ...{ orderId: exampleOrderId, status: 'PLACED', version: 1 },
  lines: lines.map((line) => ({ ...line, unitPrice: price })),
  total: { amountMinor: 2_400, currency: 'EUR' },
  createdAt: '2026-03-14T09:26:53.589Z',
  updatedAt: '2026-03-14T09:26:53.589Z',
};
/** What {@link order} has become once it was confirmed and then cancelled. */
export const exampleCancelledOrder: typeof order = {
  ...{ ...order, status: 'CANCELLED', version: 3, updatedAt: '2026-03-14T09:28:11.204Z' },
  reason: 'CANCELLED_BY_CUSTOMER',
};
const stockItem: z.output<typeof schemas.stockItem> = {
  ...{ sku: 'MUG-BLUE', name: 'Mug, blue', price, available: 998 },
};
const problem: z.output<typeof schemas.problem> = {
  ...{ type: 'urn:mesh:error:VALIDATION_FAILED', title: 'The request is not of the schema' },
  ...{ status: 400, detail: '/lines: must have 1 to 100 lines', code: 'VALIDATION_FAILED' },
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  errors: [{ path: '/lines', message: 'must have 1 to 100 lines' }],
};

export const examples = {
  PlaceOrder: { lines },
  SetStock: { quantity: stockItem.available },
  DevTokenRequest: { customerId: 'ann' },
  DevToken: { token: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl' },
  Money: price,
  Order: order,
  OrderPage: { items: [order], nextCursor: null },
  StockItem: stockItem,
  StockPage: { items: [stockItem], nextCursor: cursor },
  Problem: problem,
  ...operationsExamples,
};

export type SchemaName = keyof typeof examples;
