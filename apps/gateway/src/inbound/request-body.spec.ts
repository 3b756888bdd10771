import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { limitBody } from './request-body.js';

const kibibyte = 1024;
const request = {
  headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
} as FastifyRequest;
const reply = { header: () => reply } as unknown as FastifyReply;

/** Whose chunks come with four seconds between them. */
function slowBody(chunks: readonly string[]): { payload: Readable; taken: () => number } {
  let taken = 0;
  function* come() {
    for (const chunk of chunks) {
      vi.setSystemTime(Date.now() + 4_000);
      taken += 1;
      yield Buffer.from(chunk);
    }
  }
  return { payload: Readable.from(come(), { highWaterMark: 1 }), taken: () => taken };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

it('given a small body in chunks that come slowly, then lets it through', async () => {
  const { payload } = slowBody(['{"a"', ':', '1', '}']);
  expect(await text((await limitBody(request, reply, payload)) as Readable)).toBe('{"a":1}');
});

it('given a body that is too large and comes slowly, then takes it for five seconds more and refuses it', async () => {
  const { payload, taken } = slowBody(Array<string>(50).fill('x'.repeat(100 * kibibyte)));
  await expect(limitBody(request, reply, payload)).rejects.toThrow('The body must be at most');
  expect(taken()).toBeGreaterThanOrEqual(5);
  expect(taken()).toBeLessThanOrEqual(6);
});
