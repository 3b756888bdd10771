import { describe, expect, it } from 'vitest';
import { lineCleaner, redacted } from './redact.js';

describe('redacted', () => {
  it('masks what is called like a secret or a payload, and leaves the rest', () => {
    const error = new Error('kept for its serializer');
    expect(
      redacted({
        ...{ jobId: 'o-1', key: 'customer-1', tokens: 3, err: error, data: { card: '4111' } },
        headers: { Authorization: 'Bearer abc', 'set-cookie': ['a'], accept: '*/*' },
        config: { SMTP_PASSWORD: 'x', CURSOR_SECRET_FILE: '/run/secret', list: [{ apiKey: 'k' }] },
        bytes: Buffer.from('payload'),
      }),
    ).toEqual({
      ...{ jobId: 'o-1', key: 'customer-1', tokens: 3, err: error, data: '***' },
      headers: { Authorization: '***', 'set-cookie': '***', accept: '*/*' },
      config: {
        SMTP_PASSWORD: '***',
        CURSOR_SECRET_FILE: '/run/secret',
        list: [{ apiKey: '***' }],
      },
      bytes: '7 bytes',
    });
  });

  it('given what refers to itself, then ends', () => {
    const circle: Record<string, unknown> = {};
    circle['again'] = circle;
    expect(redacted(circle)).toEqual({ again: { again: { again: { again: '…' } } } });
  });
});

describe('lineCleaner', () => {
  it.each([
    ['connect to postgres://job:pw/@1@db:5432/x', 'connect to postgres://job:***@db:5432/x'],
    ['amqps://a.b:secret@host/v', 'amqps://a.b:***@host/v'],
    ['got Bearer abc.def-ghi now', 'got Bearer *** now'],
    ['got eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln now', 'got *** now'],
    ['GET /x?access_token=abc&y=1', 'GET /x?access_token=***&y=1'],
    ['http://localhost:3000/a and b@c', 'http://localhost:3000/a and b@c'],
  ])('given "%s", then "%s"', (text, clean) => {
    expect(lineCleaner([])(text)).toBe(clean);
  });

  it('masks secrets that it was told, as JSON writes them, but no words', () => {
    const clean = lineCleaner(['pass"word\\9', 'copper']);
    expect(clean(JSON.stringify({ msg: 'a pass"word\\9 of copper' }))).toBe(
      '{"msg":"a *** of copper"}',
    );
  });
});
