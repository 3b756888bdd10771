import { describe, expect, it } from 'vitest';
import { appendOneValues, appendValues } from './append.js';
import type { LogEntry } from './entry.js';

const entry = (over: Partial<LogEntry> = {}): LogEntry => ({
  ...{ stream: 's', key: 'k', routingKey: null, headers: {}, body: Buffer.from('abc') },
  ...over,
});

describe('appendValues', () => {
  it('sends headers and bodies as one buffer with the place of each', () => {
    const entries = [entry({ headers: { h: 'ü' } }), entry({ body: Buffer.alloc(0) }), entry()];
    const values = appendValues(entries, 16);
    expect(values[4]).toEqual(Buffer.from('{"h":"ü"}abc{}{}abc'));
    expect(values.slice(5)).toEqual([
      [1, 14, 16],
      [10, 2, 2],
      [3, 0, 3],
    ]);
  });

  it('refuses what PostgreSQL can not store', () => {
    const refused = expect.objectContaining({
      code: 'ENTRY_INVALID',
      message: String.raw`The key "a\u0000b" holds a NUL character, which PostgreSQL can't store`,
    });
    expect(() => appendValues([entry({ key: 'a\0b' }), entry()], 16)).toThrow(refused);
    expect(() => appendOneValues(entry({ key: 'a\0b' }), 16)).toThrow(refused);
  });
});
