import fc from 'fast-check';

/** A request as a client library sends it: whatever its parts hold, it is HTTP. */
export interface RequestCase {
  readonly kind: 'request';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** What somebody writes to the port, and then ends. */
export interface BytesCase {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}

export type HttpCase = RequestCase | BytesCase;

/** Stands for a token that is valid; the sender has one. */
export const tokenOf = { ann: '<ann>', operator: '<operator>' } as const;

const oneOf = (...values: readonly string[]) => fc.constantFrom(...values);
const rubbish = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ maxLength: 2_000, minLength: 1_000 }),
);

const part = fc.oneof(
  oneOf(
    'CUP',
    'TEA',
    'x',
    '..',
    '%2e%2e',
    '%00',
    '%zz',
    '%E0%A4%A',
    '*',
    'constructor',
    '__proto__',
  ),
  rubbish.map(encodeURIComponentSafely),
  fc.uuid(),
);
const path = fc.oneof(
  { weight: 5, arbitrary: oneOf('/v1/orders', '/v1/stock', '/v1/stock/TEA', '/dev/token', '/') },
  { weight: 4, arbitrary: part.map((id) => `/v1/orders/${id}`) },
  { weight: 2, arbitrary: part.map((id) => `/v1/orders/${id}/cancel`) },
  { weight: 4, arbitrary: part.map((sku) => `/v1/stock/${sku}`) },
  { weight: 1, arbitrary: oneOf('/docs', '/docs/style.css', '/openapi.json', '/asyncapi.json') },
  { weight: 1, arbitrary: oneOf('/socket.io/', '/socket.io/?EIO=4&transport=polling') },
  { weight: 3, arbitrary: fc.array(part, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`) },
);
const cursorText = fc.oneof(
  rubbish,
  fc.base64String({ maxLength: 200 }),
  rubbish.map((text) => Buffer.from(`sku:${text}`).toString('base64url')),
);
const query = fc.oneof(
  fc.constant(''),
  fc
    .oneof(fc.integer().map(String), oneOf('0x10', '1e1', ' 5', '+5', '١', 'NaN', ''), rubbish)
    .map((limit) => `?limit=${encodeURIComponentSafely(limit)}`),
  cursorText.map((cursor) => `?cursor=${encodeURIComponentSafely(cursor)}`),
  fc
    .array(fc.tuple(oneOf('limit', 'cursor', 'limit[]', '__proto__', 'x'), rubbish), {
      maxLength: 4,
    })
    .map(
      (all) =>
        `?${all.map(([name, value]) => `${name}=${encodeURIComponentSafely(value)}`).join('&')}`,
    ),
);

const entityTags = fc.oneof(
  oneOf('*', '"1"', 'W/"1"', '"1", "2"', '', '"', 'W/', '1', '"\u00ff"', ',,"1",,', '"a,b"', '""'),
  fc.nat().map((version) => `"${version}"`),
  rubbish,
);
const headerValues: Readonly<Record<string, fc.Arbitrary<string>>> = {
  authorization: fc.oneof(
    { weight: 8, arbitrary: oneOf(`Bearer ${tokenOf.ann}`, `Bearer ${tokenOf.operator}`) },
    { weight: 1, arbitrary: rubbish.map((token) => `Bearer ${token}`) },
    { weight: 1, arbitrary: rubbish },
  ),
  'idempotency-key': fc.oneof(fc.uuid(), rubbish),
  'content-type': oneOf(
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    ';',
    '',
  ),
  'if-match': entityTags,
  'if-none-match': entityTags,
  'x-request-id': rubbish,
  'x-forwarded-for': fc.oneof(fc.ipV4(), fc.ipV6(), rubbish),
  traceparent: fc.oneof(oneOf(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, '00-0-0-0'), rubbish),
  origin: fc.oneof(fc.webUrl(), rubbish),
  accept: fc.oneof(oneOf('*/*', 'application/json', 'text/html'), rubbish),
  'accept-encoding': rubbish,
  range: oneOf('bytes=0-1', 'bytes=-', 'bytes=9-1', 'x'),
  cookie: rubbish,
};
const headers = fc
  .record(headerValues, { requiredKeys: [] })
  .map((all) =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name, headerText(value ?? '')])),
  );

const line = fc.record({
  sku: fc.oneof(oneOf('CUP', 'TEA', 'NOPE'), rubbish),
  quantity: fc.oneof(fc.integer({ min: -1, max: 5 }), fc.double(), fc.maxSafeInteger()),
});
const bodyText = fc.oneof(
  fc.record({ lines: fc.array(line, { maxLength: 5 }) }).map((order) => JSON.stringify(order)),
  fc
    .record({ quantity: fc.oneof(fc.nat(), fc.double(), rubbish) })
    .map((stock) => JSON.stringify(stock)),
  fc
    .record({ customerId: rubbish, roles: fc.array(rubbish) })
    .map((token) => JSON.stringify(token)),
  fc.json(),
  oneOf('{"__proto__":{"lines":[]}}', '{"lines":[{}]}', '[[[[', '"', 'null', '{"lines":1e999}'),
  fc.nat({ max: 3_000 }).map((depth) => '['.repeat(depth)),
);
const body = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 6, arbitrary: bodyText },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }) },
);

const request: fc.Arbitrary<RequestCase> = fc
  .tuple(
    oneOf('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'),
    path,
    query,
    headers,
    body,
  )
  .map(([method, at, search, given, sent]) => ({
    ...{ kind: 'request', method, path: at.includes('?') ? at : at + search },
    headers: { ...(sent !== undefined && { 'content-type': 'application/json' }), ...given },
    body: sent,
  }));

/** Right but for what replaces one part of it, and headers that say nothing of the matter. */
const nearlyRight: fc.Arbitrary<RequestCase> = fc
  .record({
    right: fc.constantFrom<Omit<RequestCase, 'kind' | 'headers'>>(
      { method: 'POST', path: '/v1/orders', body: '{"lines":[{"sku":"CUP","quantity":1}]}' },
      { method: 'PUT', path: '/v1/stock/TEA', body: '{"quantity":5}' },
      { method: 'POST', path: '/dev/token', body: '{"customerId":"ann"}' },
      { method: 'GET', path: '/v1/stock/TEA', body: undefined },
      { method: 'GET', path: '/v1/orders?limit=2', body: undefined },
    ),
    key: fc.uuid(),
    given: fc.record(headerValues, { requiredKeys: [] }),
    expect: fc.oneof(
      { weight: 30, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: oneOf('100-continue', 'x') },
    ),
    other: fc.oneof(
      { weight: 4, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: body.map((wrong) => ({ body: wrong })) },
      { weight: 1, arbitrary: query.map((search) => ({ path: `/v1/orders${search}` })) },
      { weight: 1, arbitrary: path.map((elsewhere) => ({ path: elsewhere })) },
    ),
  })
  .map(({ right, key, given, expect, other }) => ({
    ...{ kind: 'request', ...right, ...other },
    headers: {
      ...(right.body !== undefined && { 'content-type': 'application/json' }),
      authorization: `Bearer ${tokenOf.operator}`,
      'idempotency-key': key,
      ...(expect && { expect }),
      ...harmless(given),
    },
  }));

const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const brokenRequest = fc
  .tuple(
    oneOf(
      'GET / HTTP/1.1',
      'POST /v1/orders HTTP/1.1',
      'GET /v1/stock HTTP/1.0',
      'GET // HTTP/1.1',
      'PRI * HTTP/2.0',
      'GET http://x:y/ HTTP/1.1',
      'CONNECT x:1 HTTP/1.1',
    ),
    fc.array(
      fc.oneof(
        oneOf(
          'host: x',
          'content-length: 5',
          'content-length: -1',
          'content-length: 5, 6',
          'transfer-encoding: chunked',
          'transfer-encoding: x',
          'connection: upgrade',
          'upgrade: websocket',
          ' folded',
          'a b: c',
          'x:',
          ':',
        ),
        rubbish,
      ),
      { maxLength: 6 },
    ),
    fc.oneof(
      bodyText,
      oneOf('5\r\nhello\r\n0\r\n\r\n', 'zz\r\n', '0\r\nx: y\r\n\r\n', 'ffffffffffffffff\r\n'),
    ),
  )
  .map(([first, lines, rest]) => latin1(`${[first, ...lines].join('\r\n')}\r\n\r\n${rest}`));
const bytes: fc.Arbitrary<BytesCase> = fc
  .oneof(brokenRequest, brokenRequest, fc.uint8Array({ maxLength: 600 }))
  .map((text) => ({ kind: 'bytes', bytes: text }));

export const httpCases: fc.Arbitrary<HttpCase> = fc.oneof(
  { weight: 3, arbitrary: request },
  { weight: 3, arbitrary: nearlyRight },
  { weight: 1, arbitrary: bytes },
);

/** Text that is no Unicode stays as it is. */
function encodeURIComponentSafely(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** A value that a client library agrees to send. */
function headerText(value: string): string {
  return value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}

function asHeaders(all: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, headerText(value ?? '')]),
  );
}

/** Without those that decide what becomes of a request. */
function harmless(all: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const deciding = ['authorization', 'content-type', 'idempotency-key'];
  return asHeaders(
    Object.fromEntries(Object.entries(all).filter(([name]) => !deciding.includes(name))),
  );
}
