import { JobCancelled } from './catalog/probe.js';
import { describe, expect, it } from 'vitest';
import { bestGuess } from './best-guess.js';

const cancelled = JobCancelled.schema
  .encode({
    ...{ jobId: 'o-1', customerId: 'alice', version: 2, reason: 'x' },
    ...{ occurredAt: undefined, feedSequence: 7 },
  })
  .finish();
const bytes = (...values: number[]) => Uint8Array.from(values);

describe('bestGuess', () => {
  it('given data of its type, then shows it by its schema', () => {
    const guess = bestGuess(cancelled, JobCancelled.type);
    expect(guess.kind).toBe('mesh.probe.v1.JobCancelled, by its schema');
    expect(JSON.parse(guess.text!)).toMatchObject({ jobId: 'o-1', version: 2 });
  });

  it('given Protobuf of a type that nobody knows, then shows its fields', () => {
    expect(bestGuess(cancelled, 'mesh.probe.v9.Unknown')).toEqual({
      kind: 'Protobuf of an unknown message, fields by number',
      text: expect.stringContaining('1: o-1\n'),
    });
  });

  it.each([
    ['nothing', bytes(), 'no bytes at all'],
    ['JSON', Buffer.from('{"a":1}'), 'JSON'],
    ['text', Buffer.from('Grüße\n'), 'text'],
    ['gzip', bytes(0x1f, 0x8b, 8, 0), 'gzip, by its first bytes'],
    ['a registry', bytes(0, 0, 0, 0, 42, 1), 'of a schema registry, schema id 42'],
    ['noise', bytes(0xff, 0xfe, 0x00, 0x80), 'binary of no known form'],
  ])('given %s, then says so', (_, input, kind) => {
    expect(bestGuess(input, JobCancelled.type).kind).toBe(kind);
  });
});
