import { describe, expect, it } from 'vitest';
import { asyncApiDocument } from './async-api-document.js';
import { callsOf } from './curl.js';
import { docsPage } from './docs-page.js';
import { openApiDocument } from './openapi-document.js';

const openApi = openApiDocument({ devToken: true });
const asyncApi = asyncApiDocument();
const page = docsPage(openApi, asyncApi, 'http://mesh.example');

/** The text of the section with this id, as a reader sees it. */
function textOf(id: string, within = page): string {
  const section = within.split(`<section id="${id}">`)[1]!.split('</section>')[0]!;
  return section
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll(/\s+/g, ' ');
}

describe('the docs page', () => {
  it('tells of an operation who may call it, with what, and what comes back', () => {
    const text = textOf('placeOrder');
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
    expect(textOf('listOrders')).toContain(
      'limit query, optional whole number, 1 to 100, 20 by default. Items of a page',
    );
    expect(textOf('listStock')).toContain('None: anybody may call it.');
    const placeOrder = textOf('schema-PlaceOrder');
    expect(placeOrder).toContain('lines list of 1 to 100 objects');
    expect(placeOrder).toContain('lines[].sku text, 1 to 64 characters');
    expect(placeOrder).toContain('lines[].quantity whole number, 1 to 1,000,000,000');
    expect(textOf('schema-Order')).toContain('status PLACED | CONFIRMED | REJECTED | CANCELLED');
    expect(textOf('schema-DeadLetter')).toContain('unread true | false. The message');
    expect(textOf('schema-OrderPage')).toContain('nextCursor text or null. For the next page');
  });

  it('shows as an answer what the request of the example makes', () => {
    expect(textOf('cancelOrder')).toContain('"status": "CANCELLED"');
    expect(textOf('setStock')).toMatch(/'\{"quantity":998\}' .*"available": 998 /);
    expect(textOf('redriveDeadLetters')).toMatch(/"dryRun":true\}' .*"dryRun": true/);
  });

  it('shows every operation, parameter and schema of the document', () => {
    for (const { operation, path, method } of callsOf(openApi)) {
      const text = textOf(operation.operationId);
      expect(text).toContain(`${method.toUpperCase()} ${path} ${operation.summary}`);
      for (const { name } of operation.parameters ?? []) expect(text).toContain(`${name} `);
      for (const status of Object.keys(operation.responses)) expect(text).toContain(` ${status} `);
    }
    for (const name of Object.keys(openApi.components.schemas)) {
      expect(page).toContain(`<section id="schema-${name}">`);
    }
  });

  it('shows each live message with what it may carry, and links the document', () => {
    const subscribe = textOf('message-subscribe');
    expect(subscribe).toContain('afterVersion optional whole number');
    expect(subscribe).toContain('{ "feed": "stock" }');
    expect(textOf('message-order.updated')).toContain('"status": "CONFIRMED"');
    expect(textOf('message-ack')).toContain('"code": "ORDER_NOT_FOUND"');
    expect(page).toContain('<a href="/asyncapi.json">');
  });

  it('leads only to places that it has, each there once', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    expect(ids).toEqual([...new Set(ids)]);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  it('needs no script and no inline style', () => {
    expect(page).not.toMatch(/<script|style=|<style| on\w+=/);
  });

  it('escapes what it shows', () => {
    const evil = '<b>"x"</b>`<i>` & more';
    const call = openApi.paths['/v1/orders']!['post']!;
    const parameter = { ...call.parameters![0]!, name: evil, description: evil, example: evil };
    const post = { ...call, summary: evil, description: evil, parameters: [parameter] };
    const get = openApi.paths['/v1/orders']!['get']!;
    const paths = { ...openApi.paths, '/v1/orders': { post, get } };
    const escaped = docsPage(
      { ...openApi, paths, info: { title: evil, description: evil } },
      asyncApi,
      'http://<b>"x"</b>',
    );
    expect(escaped).not.toMatch(/<b>"x"|<i>/);
    expect(escaped).toContain('<code>&lt;i&gt;</code> &amp; more');
  });

  it('outside of development sends to the issuer instead of /dev/token', () => {
    const elsewhere = docsPage(openApiDocument({ devToken: false }), asyncApi, 'http://x');
    expect(elsewhere).not.toContain('/dev/token');
    expect(textOf('placeOrder', elsewhere)).toContain(
      'Tokens come from the issuer that this server trusts.',
    );
  });
});
