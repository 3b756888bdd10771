import { randomBytes } from 'node:crypto';
import { HTTP } from 'cloudevents';
import { Webhook as Verifier } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { aWebhook, secretText } from '../../test/webhook.js';
import { signatureHeaders, webhookBody } from './webhook-message.js';

const text = (body: Uint8Array) => Buffer.from(body).toString();

describe('webhookBody', () => {
  it('is a CloudEvent in structured JSON, which the official SDK reads', () => {
    const { contentType, body } = webhookBody(aWebhook());
    expect(contentType).toBe('application/cloudevents+json; charset=utf-8');
    const document = {
      specversion: '1.0',
      id: 'o-1-v2',
      source: '/notifications',
      type: 'mesh.webhooks.v1.order_confirmed',
      subject: 'o-1',
      time: '2026-01-02T03:04:05.000Z',
      datacontenttype: 'application/json',
      partitionkey: 'o-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      data: {
        orderId: 'o-1',
        customerId: 'ann',
        version: 2,
        status: 'CONFIRMED',
        occurredAt: '2026-01-02T03:04:05.000Z',
      },
    };
    expect(JSON.parse(text(body))).toEqual(document);
    const headers = { 'content-type': contentType };
    expect(HTTP.toEvent({ headers, body: text(body) })).toMatchObject({
      id: 'o-1-v2',
      data: document.data,
    });
  });

  it('tells what was ordered, and why an order was rejected', () => {
    const { change } = aWebhook();
    const unitPrice = { amountMinor: 1200, currency: 'EUR' };
    const content = { lines: [{ sku: 'MUG', quantity: 2, unitPrice }], total: unitPrice };
    const { body } = webhookBody(aWebhook({ change: { ...change, reason: 'No "É"', content } }));
    expect(JSON.parse(text(body)).data).toMatchObject({ reason: 'No "É"', ...content });
  });

  it('has the same bytes each time', () => {
    expect(webhookBody(aWebhook())).toEqual(webhookBody(aWebhook()));
  });

  it.each(['', 'a.b', 'a b', 'a\r\nx-evil: 1', 'é', 'a'.repeat(201)])(
    'given the id %j, then refuses it',
    (notificationId) => {
      expect(() => webhookBody(aWebhook({ notificationId }))).toThrow(
        expect.objectContaining({ code: 'WEBHOOK_INVALID', retryable: false }),
      );
    },
  );

  it('given a change that is no event, then refuses it', () => {
    const { change } = aWebhook();
    expect(() => webhookBody(aWebhook({ change: { ...change, orderId: '' } }))).toThrow(
      expect.objectContaining({ code: 'WEBHOOK_INVALID' }),
    );
  });
});

describe('signatureHeaders', () => {
  const { body } = webhookBody(aWebhook());
  const [old, next] = [randomBytes(24), randomBytes(64)];
  const headers = (secrets: readonly Uint8Array[], sentAt = new Date()) =>
    signatureHeaders({ id: 'o-1-v2', sentAt, body, secrets });
  const verify = (secret: Uint8Array, signed: Readonly<Record<string, string>>, bytes = body) =>
    new Verifier(secretText(secret)).verify(text(bytes), signed);

  it('lets the official verifier of Standard Webhooks accept it', () => {
    expect(verify(old, headers([old]))).toMatchObject({ id: 'o-1-v2' });
  });

  it('signs as the specification shows', () => {
    const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    const sentAt = new Date(1_614_265_330_999);
    const example = Buffer.from('{"test": 2432232314}');
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
    expect(signatureHeaders({ id, sentAt, body: example, secrets: [secret] })).toEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('given two secrets, then a receiver that knows either accepts it, and one that knows neither refuses', () => {
    const signed = headers([old, next]);
    expect(signed['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    for (const secret of [old, next]) expect(verify(secret, signed)).toBeDefined();
    expect(() => verify(randomBytes(32), signed)).toThrow();
  });

  it('given another id or another time than was signed, then the verifier refuses', () => {
    const signed = headers([old]);
    expect(() => verify(old, { ...signed, 'webhook-id': 'o-1-v3' })).toThrow();
    const later = String(Number(signed['webhook-timestamp']) + 1);
    expect(() => verify(old, { ...signed, 'webhook-timestamp': later })).toThrow();
  });

  it('given another body, or an old message, then the verifier refuses', () => {
    expect(() => verify(old, headers([old]), Buffer.from('{}'))).toThrow();
    expect(() => verify(old, headers([old], new Date(Date.now() - 600_000)))).toThrow();
  });
});
