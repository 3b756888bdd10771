import { expect, test } from 'vitest';
import { messageEncoder } from './live-encoding.js';

const encode = messageEncoder('/live');

test('given a message, then it is an event of the namespace, as socket.io writes one', () => {
  const { packet, options } = encode('order.updated', { orderId: 'a' });
  expect(packet).toBe('2/live,["order.updated",{"orderId":"a"}]');
  expect(options).toBeUndefined();
});

test('given one object for several sockets, then it is encoded once', () => {
  let encodings = 0;
  const message = { toJSON: () => ({ encoding: ++encodings }) };
  const packets = [1, 2, 3].map(() => encode('resync', message).packet);
  expect(new Set(packets)).toEqual(new Set(['2/live,["resync",{"encoding":1}]']));
});

test('given one object under two names, then each is a message of its own', () => {
  const message = { inMs: 1 };
  expect(encode('closing', message).packet).toContain('"closing"');
  expect(encode('token.expiring', message).packet).toContain('"token.expiring"');
});

// The length of a frame is written in three forms.
test.each([1, 125, 126, 65_535, 65_536])(
  'given %i bytes for a second socket, then their frame is one unmasked text message',
  (bytes) => {
    const around = Buffer.byteLength('42/live,["e",{"é":""}]');
    const message = { é: 'x'.repeat(Math.max(bytes - around, 0)) };
    encode('e', message);
    const { packet, options } = encode('e', message);
    expect(textOf(options?.wsPreEncodedFrame[0] ?? Buffer.alloc(0))).toBe(`4${packet}`);
  },
);

/** Reads a frame by RFC 6455, 5.2. */
function textOf(frame: Buffer): string {
  expect(frame[0]).toBe(0x81);
  const short = frame[1] ?? 0;
  const header = short < 126 ? 2 : short === 126 ? 4 : 10;
  const length =
    short < 126 ? short : short === 126 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
  expect(frame.length).toBe(header + length);
  return frame.toString('utf8', header);
}
