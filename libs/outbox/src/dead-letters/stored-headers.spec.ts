import { expect, it } from 'vitest';
import { restoreHeaders, storeHeaders } from './stored-headers.js';

it('keeps headers as they were: bytes of any kind, text, numbers, lists and tables', () => {
  const headers = {
    bytes: Buffer.from([0xff, 0x00, 0x80]),
    several: [Buffer.from('a'), Buffer.from('b')],
    text: 'with \0 and "quotes"',
    number: 7,
    flag: true,
    table: { inner: Buffer.from('c'), list: [1, 'x'] },
  };
  expect(restoreHeaders(JSON.parse(storeHeaders(headers)))).toEqual(headers);
});
