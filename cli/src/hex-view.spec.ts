import { expect, it } from 'vitest';
import { hexView } from './hex-view.js';

it('shows offset, bytes and text, sixteen a line', () => {
  expect(hexView(Buffer.from('A dead letter, \0\xff', 'latin1'))).toEqual([
    '00000000  41 20 64 65 61 64 20 6c  65 74 74 65 72 2c 20 00  A dead letter, .',
    '00000010  ff                                                .',
  ]);
});

it('says how many bytes it left out', () => {
  expect(hexView(new Uint8Array(40), 16)).toEqual([
    '00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  ................',
    '… and 24 more bytes',
  ]);
});
