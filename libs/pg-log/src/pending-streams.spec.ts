import { describe, expect, it } from 'vitest';
import { announcedStreams, PendingStreams } from './pending-streams.js';

function announced(...appends: (readonly string[] | undefined)[]) {
  const pending = new PendingStreams();
  for (const streams of appends) pending.add(streams);
  const [, ...names] = `appended${pending.take()}`.split(' ');
  expect(pending.isEmpty).toBe(true);
  return announcedStreams(names);
}

describe('PendingStreams', () => {
  it('names each stream once', () => {
    expect(announced(['a', 'b'], ['b'])).toEqual(['a', 'b']);
  });

  it('carries any name', () => {
    expect(announced(['a b', 'ü%', 'x,y'])).toEqual(['a b', 'ü%', 'x,y']);
  });

  it('given an append to streams that are not known, then means any', () => {
    expect(announced(['a'], undefined)).toBeUndefined();
  });

  it('given more names than a payload takes, then means any', () => {
    expect(announced(Array.from({ length: 500 }, (_, n) => `stream-number-${n}`))).toBeUndefined();
  });
});
