import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { baseUrl } from './base-url.js';
import { callOf, curl, type Call } from './curl.js';
import { openApiDocument } from './openapi-document.js';
import { named, type ApiPart } from './api-part.js';
import { ok, operation, pageParameters, type Parameter } from './openapi-parts.js';

const Probe = named('Probe', z.object({ name: z.string() }), { name: 'one' });
const name: Parameter = {
  ...{ name: 'name', in: 'path', required: true, description: '', schema: {} },
  example: 'ONE',
};
const key: Parameter = { ...name, name: 'Idempotency-Key', in: 'header' };
const said = { responses: ok('It', Probe), errors: [], summary: '' };
const probes: ApiPart = {
  tag: 'probes',
  schemas: [Probe],
  paths: {
    '/v1/probes': {
      get: operation({
        ...{ ...said, operationId: 'listProbes', tag: 'probes', open: true },
        parameters: pageParameters,
      }),
      post: operation({
        ...{ ...said, operationId: 'makeProbe', tag: 'probes', body: Probe },
        parameters: [key],
      }),
    },
    '/v1/probes/{name}': {
      get: operation({
        ...{ ...said, operationId: 'getProbe', tag: 'probes', open: true },
        parameters: [name],
      }),
    },
  },
};
const document = openApiDocument([probes], { devToken: true });
const call = (operationId: string) => callOf(document, operationId);

describe('the curl command of an operation', () => {
  it('has the token, the headers and the body of the document', () => {
    expect(curl(call('makeProbe'), { 'Idempotency-Key': '$KEY' })).toBe(
      [
        'curl -sS -X POST "$BASE/v1/probes" \\',
        '  -H "Authorization: Bearer $TOKEN" \\',
        '  -H "Idempotency-Key: $KEY" \\',
        '  -H "Content-Type: application/json" \\',
        `  -d '{"name":"one"}'`,
      ].join('\n'),
    );
  });

  it('fills the path, and leaves out what is optional unless it is given', () => {
    expect(curl(call('getProbe'))).toBe('curl -sS "$BASE/v1/probes/ONE"');
    expect(curl(call('listProbes'))).toBe('curl -sS "$BASE/v1/probes"');
    expect(curl(call('listProbes'), { limit: 5 })).toBe('curl -sS "$BASE/v1/probes?limit=5"');
  });

  it('given a quote in the body, then the shell takes it as part of the body', () => {
    const make = call('makeProbe');
    const content = { 'application/json': { schema: {}, example: { of: "Ann's" } } };
    const requestBody = { required: true, content };
    const quoted: Call = { ...make, operation: { ...make.operation, requestBody } };
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
