import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { beginTrace, currentTraceId, currentTraceparent, resumeTrace, withTrace } from './trace.js';

const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('withTrace', () => {
  test('given a traceparent, when running, then continues its trace in a new span', () => {
    withTrace(header, () => {
      expect(currentTraceId()).toBe('0af7651916cd43dd8448eb211c80319c');
      expect(currentTraceparent()).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
      expect(currentTraceparent()).not.toBe(header);
    });
  });

  test('given work that is not sampled, when running, then stays so', () => {
    withTrace(header.replace(/01$/, '00'), () => expect(currentTraceparent()).toMatch(/-00$/));
  });

  test.each([
    undefined,
    '',
    'rubbish',
    header.toUpperCase(),
    header.replace(/^00/, 'ff'),
    `${header}-more`,
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  ])('given %j, when running, then starts a new trace', (broken) => {
    withTrace(broken, () => {
      expect(currentTraceId()).toMatch(/^[0-9a-f]{32}$/);
      expect(currentTraceId()).not.toBe('0af7651916cd43dd8448eb211c80319c');
    });
  });

  test('given a later version with more fields, when running, then continues its trace', () => {
    withTrace(`${header.replace(/^00/, '01')}-more`, () =>
      expect(currentTraceId()).toBe('0af7651916cd43dd8448eb211c80319c'),
    );
  });

  test('given two traces at once, when awaiting, then neither sees the other', async () => {
    const seen = await Promise.all(
      ['a', 'b'].map((digit) =>
        withTrace(`00-${digit.repeat(32)}-${digit.repeat(16)}-01`, async () => {
          await pause(1);
          return currentTraceId();
        }),
      ),
    );
    expect(seen).toEqual(['a'.repeat(32), 'b'.repeat(32)]);
  });

  test('given no trace, when asked, then has no trace id, and a traceparent of a new trace', () => {
    expect(currentTraceId()).toBeUndefined();
    expect(currentTraceparent()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

describe('beginTrace', () => {
  test('given a traceparent, then goes on with its trace in a new span, which resumeTrace is', () => {
    const begun = beginTrace(header);
    expect(begun).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b)[0-9a-f]{16}-01$/);
    resumeTrace(begun, () => expect(currentTraceparent()).toBe(begun));
  });

  test('given none, then begins a trace', () => {
    const begun = [beginTrace(undefined), beginTrace('rubbish')];
    expect(new Set(begun.map((traceparent) => traceparent.slice(3, 35))).size).toBe(2);
    for (const traceparent of begun)
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  test('given a thousand, then each has ids of its own', () => {
    const begun = Array.from({ length: 1000 }, () => beginTrace(undefined).split('-'));
    expect(new Set(begun.map(([, traceId]) => traceId)).size).toBe(1000);
    expect(new Set(begun.map(([, , spanId]) => spanId)).size).toBe(1000);
  });
});
