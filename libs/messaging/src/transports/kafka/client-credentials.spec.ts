import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { clientCredentials } from './client-credentials.js';

const asked: { readonly authorization: string | undefined; readonly body: string }[] = [];
let answer: (response: ServerResponse) => void;
const server = createServer((request: IncomingMessage, response) => {
  void text(request).then((body) => {
    asked.push({ authorization: request.headers.authorization, body });
    answer(response);
  });
});
let tokenUrl: string;

const answering = (status: number, body: object) => (response: ServerResponse) =>
  void response.writeHead(status).end(JSON.stringify(body));
const open = () =>
  clientCredentials({ tokenUrl, clientId: 'me:sh', clientSecret: () => 'hush', scope: 'kafka' });

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
});
afterAll(() => server.close());
beforeEach(() => {
  asked.length = 0;
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => vi.useRealTimers());

describe('clientCredentials', () => {
  test('given many ask at once, then the endpoint is asked once, as RFC 6749 has it', async () => {
    answer = answering(200, { access_token: 'one', expires_in: 300 });
    const token = open();
    expect(await Promise.all([token(), token(), token()])).toEqual(['one', 'one', 'one']);
    const authorization = `Basic ${Buffer.from('me%3Ash:hush').toString('base64')}`;
    expect(asked).toEqual([{ authorization, body: 'grant_type=client_credentials&scope=kafka' }]);
  });

  test('given a token, then it is kept until 30 s before its end', async () => {
    answer = answering(200, { access_token: 'one', expires_in: 300 });
    const token = open();
    await token();
    answer = answering(200, { access_token: 'two', expires_in: 300 });
    vi.advanceTimersByTime(269_000);
    expect(await token()).toBe('one');
    vi.advanceTimersByTime(1000);
    expect(await token()).toBe('two');
  });

  test('given the client is refused, then says so without the secret, and asks again next time', async () => {
    answer = answering(401, { error: 'invalid_client' });
    const token = open();
    await expect(token()).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      retryable: false,
      message: `The token endpoint ${tokenUrl} refuses the client (401 invalid_client): check its id, secret and scope`,
    });
    answer = answering(200, { access_token: 'one' });
    expect(await token()).toBe('one');
  });

  test.each([
    ['a failing endpoint', answering(503, {}), /fails \(503\)$/],
    ['a broken connection', (response: ServerResponse) => void response.destroy(), /reached$/],
    [
      'a redirect',
      (response: ServerResponse) =>
        void response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
      /reached$/,
    ],
  ])('given %s, then it may succeed later', async (_, given, message) => {
    answer = given;
    await expect(open()()).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
      retryable: true,
      message: expect.stringMatching(message),
    });
  });

  test('given an answer without a token, then it is refused', async () => {
    answer = answering(200, { token_type: 'bearer' });
    await expect(open()()).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: `The token endpoint ${tokenUrl} answers without a token`,
    });
  });
});
