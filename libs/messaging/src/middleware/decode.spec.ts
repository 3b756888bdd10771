import { JobCancelled } from '@mesh/contracts/catalog/probe';
import type { CloudEvent } from '@mesh/envelope';
import { describe, expect, it } from 'vitest';
import { cancelled, deliveryOf, eventOf } from '../testing/handlings.js';
import { decode } from './decode.js';

async function decoded(changes: Partial<CloudEvent>): Promise<unknown[]> {
  const seen: unknown[] = [];
  const handle = decode((type) =>
    type === JobCancelled.type
      ? async ({ data }) => {
          seen.push(data);
          return 'done';
        }
      : undefined,
  );
  await handle(deliveryOf(eventOf(changes)));
  return seen;
}

const json = (value: unknown, datacontenttype = 'application/json') => ({
  datacontenttype,
  data: new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)),
});

describe('decode', () => {
  it.each([
    ['Protobuf', {}],
    ['JSON', json(JobCancelled.schema.toJSON(cancelled))],
    [
      'JSON with a charset',
      json(JobCancelled.schema.toJSON(cancelled), 'application/json; charset=utf-8'),
    ],
    [
      'JSON without a media type',
      {
        ...json(JobCancelled.schema.toJSON(cancelled)),
        datacontenttype: undefined,
      } as unknown as Partial<CloudEvent>,
    ],
  ])('given data as %s, then the handler gets it decoded', async (_, changes) => {
    expect(await decoded(changes)).toEqual([cancelled]);
  });

  it.each([
    [
      'an unknown major version',
      { type: 'mesh.probe.v2.JobCancelled' },
      'The catalog knows no event of type "mesh.probe.v2.JobCancelled"',
    ],
    [
      'cut off data',
      { data: eventOf().data!.subarray(0, 4) },
      `Event "e" can't be decoded: its data is not of mesh.probe.v1.JobCancelled: premature EOF`,
    ],
    ['no data', { data: undefined }, `Event "e" can't be decoded: its data has no key`],
    [
      'broken JSON',
      json('{'),
      /^Event "e" can't be decoded: its data is not of mesh\.probe\.v1\.JobCancelled: Expected property name/,
    ],
    [
      'another media type',
      json('x', 'text/plain'),
      `Event "e" can't be decoded: its data is "text/plain", not Protobuf or JSON`,
    ],
  ])('given %s, then rejects it as undecodable', async (_, changes, message) => {
    const rejection = decoded({ id: 'e', ...changes } as Partial<CloudEvent>);
    await expect(rejection).rejects.toThrow(message);
    await expect(rejection).rejects.toMatchObject({ reason: 'undecodable', retryable: false });
  });

  it('given an event that nobody handles, then passes it over', async () => {
    const skipped: string[] = [];
    const handle = decode(
      () => undefined,
      (type) => void skipped.push(type),
    );
    await handle(deliveryOf(eventOf({ data: new Uint8Array([1]) })));
    expect(skipped).toEqual([JobCancelled.type]);
  });
});
