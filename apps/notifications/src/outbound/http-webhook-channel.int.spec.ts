import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority } from '@mesh/tools/testing/certificates';
import { aWebhook, anEndpoint, secretText } from '../../test/webhook.js';
import { openReceiver, type Receiver } from '../../test/webhook-receiver.js';
import type { Webhook, WebhookEndpoint } from '../use-cases/webhook.js';
import { AddressGuard, parseCidrs, type Resolve } from './address-guard.js';
import { HttpWebhookChannel } from './http-webhook-channel.js';

const allowed = parseCidrs('127.0.0.1/32,::1/128');
const inTime = { guard: new AddressGuard({ allowed }), timeoutMs: 30_000 };
const neverAborted = new AbortController().signal;

let receiver: Receiver;
let closers: (() => unknown)[];
beforeEach(async () => {
  receiver = await openReceiver();
  closers = [() => receiver.close()];
});
afterEach(() => Promise.all(closers.map((close) => close())));

function deliver(
  options: {
    readonly webhook?: Webhook;
    readonly endpoint?: WebhookEndpoint;
    readonly channel?: HttpWebhookChannel;
    readonly signal?: AbortSignal;
  } = {},
) {
  const { webhook = aWebhook(), endpoint = anEndpoint(receiver.url) } = options;
  const channel = options.channel ?? new HttpWebhookChannel(inTime);
  return channel.deliver(webhook, endpoint, options.signal ?? neverAborted);
}

/** A server that speaks TCP as it likes. */
async function rawServer(onConnection: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const unavailable = { name: 'WebhookError', code: 'WEBHOOK_UNAVAILABLE', retryable: true };
const refused = { name: 'WebhookError', code: 'WEBHOOK_REFUSED', retryable: false };
const forbidden = { name: 'WebhookError', code: 'WEBHOOK_ADDRESS_FORBIDDEN', retryable: false };

describe('the request', () => {
  it('is a POST that the official verifier accepts, without a cookie', async () => {
    const endpoint = anEndpoint(`${receiver.url}?shop=1`);
    await deliver({ endpoint });
    const [request] = receiver.received;
    expect(request).toMatchObject({ method: 'POST', path: '/hooks?shop=1' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'protocol-mesh',
      'webhook-id': 'o-1-v2',
      host: `127.0.0.1:${receiver.port}`,
    });
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual([
      ...['connection', 'content-length', 'content-type', 'host', 'user-agent'],
      ...['webhook-id', 'webhook-signature', 'webhook-timestamp'],
    ]);
    const [secret = new Uint8Array()] = endpoint.secrets;
    const headers = request?.headers as Record<string, string>;
    expect(new Verifier(secretText(secret)).verify(request?.body ?? '', headers)).toMatchObject({
      type: 'mesh.webhooks.v1.order_confirmed',
    });
  });

  it('given the same webhook again, then it has the same id and the same bytes', async () => {
    receiver.answer(503);
    await expect(deliver()).rejects.toMatchObject(unavailable);
    receiver.answer(200);
    await deliver();
    const [first, again] = receiver.received;
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(again?.body).toBe(first?.body);
  });

  it('given a server that sets a cookie, then does not send it back', async () => {
    receiver.answer(200, { 'set-cookie': 'a=b' });
    await deliver();
    await deliver();
    expect(receiver.received[1]?.headers.cookie).toBeUndefined();
  });
});

describe('the answer', () => {
  it.each([200, 201, 202, 204, 299])('%i is success', async (status) => {
    receiver.answer(status);
    await deliver();
    expect(receiver.received).toHaveLength(1);
  });

  it.each([400, 401, 404, 409, 410, 422, 499])('%i is final', async (status) => {
    receiver.answer(status);
    await expect(deliver()).rejects.toMatchObject({
      ...refused,
      message: `o-1-v2 at shop: the endpoint answered ${status}`,
    });
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('%i is for another try', async (status) => {
    receiver.answer(status);
    await expect(deliver()).rejects.toMatchObject({
      ...{ ...unavailable, retryAfterMs: undefined },
      message: `o-1-v2 at shop: the endpoint answered ${status}`,
    });
  });

  it.each([
    [429, '7', 7000],
    [503, '0', undefined],
    [503, 'soon', undefined],
    [429, 'Thu, 01 Jan 1970 00:00:00 GMT', undefined],
    [429, '99999999999999999999', 900_000],
  ])('%i with Retry-After: %s asks for %s ms', async (status, value, retryAfterMs) => {
    receiver.answer(status, { 'retry-after': value });
    await expect(deliver()).rejects.toMatchObject({ ...unavailable, retryAfterMs });
  });

  it('with a date in Retry-After asks for the time until then', async () => {
    receiver.answer(503, { 'retry-after': new Date(Date.now() + 120_000).toUTCString() });
    const error = await deliver().catch((thrown: { retryAfterMs: number }) => thrown);
    expect(error?.retryAfterMs).toBeGreaterThan(0);
    expect(error?.retryAfterMs).toBeLessThanOrEqual(120_000);
  });

  it('that never ends is read up to a limit, and its status counts', async () => {
    let written = 0;
    receiver.answerWith((response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(16_384);
      const more = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.byteLength;
      };
      response.on('drain', more);
      more();
    });
    await deliver();
    // What the buffers of two sockets hold was written too.
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  it('that does not end in time counts by its status', async () => {
    receiver.answerWith((response) => void response.writeHead(200).write('abc'));
    await deliver({ channel: new HttpWebhookChannel({ ...inTime, timeoutMs: 1500 }) });
  });

  it('that breaks off after its status counts by its status', async () => {
    receiver.answerWith((response) => {
      response.writeHead(200, { 'content-length': '10' }).write('abc', () => response.destroy());
    });
    await deliver();
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])(
    'by %i to a local address is final and not followed',
    async (status) => {
      const inner = await openReceiver();
      closers.push(() => inner.close());
      receiver.answer(status, { location: inner.url });
      await expect(deliver()).rejects.toMatchObject({
        ...refused,
        message: `o-1-v2 at shop: the endpoint answered ${status}, and redirects are not followed`,
      });
      expect(inner.connections()).toBe(0);
    },
  );
});

describe('an endpoint that is down', () => {
  it('given nobody listens, then another try', async () => {
    await receiver.close();
    const message = expect.stringMatching(/^o-1-v2 at shop: .*ECONNREFUSED/);
    await expect(deliver()).rejects.toMatchObject({ ...unavailable, message });
    closers = [];
  });

  it('given several addresses and nobody listens, then another try', async () => {
    const resolve = async () => ['127.0.0.1', '::1'];
    const guard = new AddressGuard({ allowed, resolve });
    const endpoint = anEndpoint(`http://shop.test:${receiver.port}`);
    await receiver.close();
    closers = [];
    const message = expect.stringContaining('ECONNREFUSED');
    await expect(
      deliver({ endpoint, channel: new HttpWebhookChannel({ guard }) }),
    ).rejects.toMatchObject({ ...unavailable, message });
  });

  it.each([
    ['closes', ''],
    ['speaks another protocol', '220 mail.example ESMTP\r\n'],
    ['switches protocols', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['sends endless headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}`],
  ])('given a server that %s, then another try', async (_, answer) => {
    const url = await rawServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answer));
    });
    await expect(deliver({ endpoint: anEndpoint(url) })).rejects.toMatchObject(unavailable);
  });

  it.each([
    ['never answers', ''],
    ['never ends its headers', 'HTTP/1.1 200 OK\r\na: b'],
  ])('given a server that %s, then gives up when its time is over', async (_, answer) => {
    const url = await rawServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.write(answer));
    });
    const channel = new HttpWebhookChannel({ ...inTime, timeoutMs: 50 });
    const delivering = deliver({ channel, endpoint: anEndpoint(url) });
    await expect(delivering).rejects.toMatchObject({
      ...unavailable,
      message: 'o-1-v2 at shop: no answer within 50 ms',
    });
  });

  it('given a name server that never answers, then gives up when its time is over', async () => {
    const guard = new AddressGuard({ allowed, resolve: () => new Promise(() => {}) });
    const channel = new HttpWebhookChannel({ guard, timeoutMs: 50 });
    const delivering = deliver({ channel, endpoint: anEndpoint('https://shop.example') });
    await expect(delivering).rejects.toMatchObject(unavailable);
  });

  it('given the delivery is lost meanwhile, then gives up with the reason', async () => {
    const lost = new AbortController();
    receiver.answerWith(() => lost.abort(new Error('Lost')));
    await expect(deliver({ signal: lost.signal })).rejects.toThrow('Lost');
  });
});

describe('a name', () => {
  const named = (resolve: Resolve) => ({
    channel: new HttpWebhookChannel({ guard: new AddressGuard({ allowed, resolve }) }),
    endpoint: anEndpoint(`http://rebind.test:${receiver.port}/hooks`),
  });

  it('is asked for once, and the connection goes to the address that was checked', async () => {
    // The system knows no rebind.test: had it been asked again, nothing would have arrived.
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    const { channel, endpoint } = named(async () => answers.shift() ?? []);
    await deliver({ channel, endpoint });
    expect(answers).toEqual([['10.0.0.1']]);
    expect(receiver.received[0]?.headers.host).toBe(`rebind.test:${receiver.port}`);
  });

  it('given it has a forbidden address the second time, then that one gets no connection', async () => {
    const inner = await openReceiver({ host: '0.0.0.0' });
    closers.push(() => inner.close());
    const answers = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.1', '127.0.0.2']];
    const { channel } = named(async () => answers.shift() ?? []);
    const endpoint = anEndpoint(`http://rebind.test:${inner.port}/hooks`);
    await deliver({ channel, endpoint });
    await expect(deliver({ channel, endpoint })).rejects.toMatchObject(forbidden);
    await expect(deliver({ channel, endpoint })).rejects.toMatchObject(forbidden);
    expect(inner.connections()).toBe(1);
  });
});

describe('without an allowed range', () => {
  it.each(['127.0.0.1', '127.1', '2130706433', '[::ffff:127.0.0.1]', '0', 'localhost'])(
    'a server on this machine is not called as %s',
    async (host) => {
      const channel = new HttpWebhookChannel({ guard: new AddressGuard({}) });
      for (const scheme of ['http', 'https']) {
        const endpoint = anEndpoint(`${scheme}://${host}:${receiver.port}/`);
        await expect(deliver({ channel, endpoint })).rejects.toMatchObject(forbidden);
      }
      expect(receiver.connections()).toBe(0);
    },
  );
});

describe('over TLS', () => {
  async function given() {
    const folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const authority = await createAuthority(folder, 'test');
    const { certFile, keyFile } = await authority.issue({ name: 'shop', hosts: ['shop.test'] });
    const names: (string | false)[] = [];
    const key = readFileSync(keyFile);
    const server = createHttpsServer({ key, cert: readFileSync(certFile) }, (_, response) => {
      response.writeHead(204).end();
    }).on('secureConnection', ({ servername }) => names.push(servername ?? false));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const guard = new AddressGuard({ allowed, resolve: async () => ['127.0.0.1'] });
    const ca = readFileSync(authority.caFile, 'utf8');
    return { names, port, trusting: new HttpWebhookChannel({ guard, ca }), guard };
  }

  it('asks for the name of the URL, and wants a certificate for it', async () => {
    const { names, port, trusting: channel } = await given();
    await deliver({ channel, endpoint: anEndpoint(`https://shop.test:${port}`) });
    expect(names).toEqual(['shop.test']);
    const other = deliver({ channel, endpoint: anEndpoint(`https://other.test:${port}`) });
    await expect(other).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining("does not match certificate's altnames"),
    });
  });

  it('given an authority that nobody knows, then sends nothing', async () => {
    const { port, guard } = await given();
    const channel = new HttpWebhookChannel({ guard });
    const delivering = deliver({ channel, endpoint: anEndpoint(`https://shop.test:${port}`) });
    await expect(delivering).rejects.toMatchObject(unavailable);
  });
});
