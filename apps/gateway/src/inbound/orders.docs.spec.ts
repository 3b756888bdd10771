import { describe, expect, it } from 'vitest';
import { docsOf, textOf } from './docs/testing/page.js';

const { page, openApi, asyncApi } = docsOf();

describe('the documents of orders and stock', () => {
  it('tells of an operation who may call it, with what, and what comes back', () => {
    const text = textOf(page, 'placeOrder');
    for (const shown of [
      'POST /v1/orders Place an order',
      'Authorization: Bearer <token>, a JWT: sub is the customer; the claim roles may hold operator. ' +
        'Development tokens come from POST /dev/token.',
      'Idempotency-Key header, required text, 1 to 255 characters. Yours to choose, such as a UUID',
      'PlaceOrder as application/json, required { "lines": [ { "sku": "MUG-BLUE", "quantity": 2 } ] }',
      '201 Order The order Location: Where the order is',
      '409 Problem Conflict: IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS',
      'Retry-After: Seconds after which the same call may succeed',
    ]) {
      expect(text).toContain(shown);
    }
  });

  it('tells what parameters and fields must be', () => {
    expect(textOf(page, 'listOrders')).toContain(
      'limit query, optional whole number, 1 to 100, 20 by default. Items of a page',
    );
    expect(textOf(page, 'listStock')).toContain('None: anybody may call it.');
    const placeOrder = textOf(page, 'schema-PlaceOrder');
    expect(placeOrder).toContain('lines list of 1 to 100 objects');
    expect(placeOrder).toContain('lines[].sku text, 1 to 64 characters');
    expect(placeOrder).toContain('lines[].quantity whole number, 1 to 1,000,000,000');
    expect(textOf(page, 'schema-Order')).toContain(
      'status PLACED | CONFIRMED | REJECTED | CANCELLED',
    );
    expect(textOf(page, 'schema-OrderPage')).toContain(
      'nextCursor text or null. For the next page',
    );
  });

  it('shows as an answer what the request of the example makes', () => {
    expect(textOf(page, 'cancelOrder')).toContain('"status": "CANCELLED"');
    expect(textOf(page, 'setStock')).toMatch(/'\{"quantity":998\}' .*"available": 998 /);
  });

  it('shows each live message with what it may carry, and links the document', () => {
    const subscribe = textOf(page, 'message-subscribe');
    expect(subscribe).toContain('afterVersion optional whole number');
    expect(subscribe).toContain('{ "feed": "stock" }');
    expect(textOf(page, 'message-order.updated')).toContain('"status": "CONFIRMED"');
    expect(textOf(page, 'message-ack')).toContain('"code": "ORDER_NOT_FOUND"');
    expect(page).toContain('<a href="/asyncapi.json">');
  });

  it('describes bodies as strictly as they are checked', () => {
    expect(openApi.components.schemas['PlaceOrder']).toEqual({
      type: 'object',
      properties: {
        lines: {
          ...{ type: 'array', minItems: 1, maxItems: 100 },
          items: {
            type: 'object',
            properties: {
              sku: { type: 'string', minLength: 1, maxLength: 64, examples: ['MUG-BLUE'] },
              quantity: { type: 'integer', minimum: 1, maximum: 1_000_000_000 },
            },
            ...{ required: ['sku', 'quantity'], additionalProperties: false },
          },
        },
      },
      ...{ required: ['lines'], additionalProperties: false },
    });
  });

  it('have the streams and events of the example', () => {
    expect(Object.keys(asyncApi.channels)).toEqual(
      expect.arrayContaining(['mesh.order.v1', 'mesh.inventory.v1', 'mesh.notifications', 'live']),
    );
    expect(Object.keys(asyncApi.channels['mesh.order.v1']!.messages)).toContain(
      'mesh.order.v1.OrderPlaced',
    );
  });
});
