import { describe, expect, it } from 'vitest';
import { baseUrl } from './base-url.js';
import { callOf, curl, type Call } from './curl.js';
import { openApiDocument } from './openapi-document.js';

const document = openApiDocument({ devToken: true });
const call = (operationId: string) => callOf(document, operationId);

describe('the curl command of an operation', () => {
  it('has the token, the headers and the body of the document', () => {
    expect(curl(call('placeOrder'), { 'Idempotency-Key': '$KEY' })).toBe(
      [
        'curl -sS -X POST "$BASE/v1/orders" \\',
        '  -H "Authorization: Bearer $TOKEN" \\',
        '  -H "Idempotency-Key: $KEY" \\',
        '  -H "Content-Type: application/json" \\',
        `  -d '{"lines":[{"sku":"MUG-BLUE","quantity":2}]}'`,
      ].join('\n'),
    );
  });

  it('fills the path, and leaves out what is optional unless it is given', () => {
    expect(curl(call('getStock'))).toBe('curl -sS "$BASE/v1/stock/MUG-BLUE"');
    expect(curl(call('listStock'))).toBe('curl -sS "$BASE/v1/stock"');
    expect(curl(call('listStock'), { limit: 5 })).toBe('curl -sS "$BASE/v1/stock?limit=5"');
  });

  it('given a quote in the body, then the shell takes it as part of the body', () => {
    const stock = call('setStock');
    const content = { 'application/json': { schema: {}, example: { of: "Ann's" } } };
    const requestBody = { required: true, content };
    const quoted: Call = { ...stock, operation: { ...stock.operation, requestBody } };
    expect(curl(quoted)).toContain(String.raw`-d '{"of":"Ann'\''s"}'`);
  });

  it('given an operation that is none, then it says so', () => {
    expect(() => call('bake')).toThrow('The OpenAPI document has no operation bake');
  });
});

describe('the address in the commands', () => {
  it.each(['localhost:3000', '127.0.0.1:80', '[::1]:3000', 'mesh.example'])('may be %s', (host) => {
    expect(baseUrl({ protocol: 'http', host })).toBe(`http://${host}`);
  });

  it.each(['x;reboot', '$(reboot)', 'a b', 'x/y', 'x:99999999', '', undefined, 'user@x'])(
    'given the Host header %j, then it is not taken over',
    (host) => {
      expect(baseUrl({ protocol: 'https', ...(host && { host }) })).toBe('https://localhost');
    },
  );
});
