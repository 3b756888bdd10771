import { OrderCancelled } from '@mesh/contracts/catalog/order';
import type { CloudEvent } from '@mesh/envelope';
import { describe, expect, it } from 'vitest';
import { cancelled, deliveryOf, eventOf } from '../testing/handlings.js';
import { decode } from './decode.js';

async function decoded(changes: Partial<CloudEvent>): Promise<unknown[]> {
  const seen: unknown[] = [];
  const handle = decode((type) =>
    type === OrderCancelled.type
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
    ['JSON', json(OrderCancelled.schema.toJSON(cancelled))],
    [
      'JSON with a charset',
      json(OrderCancelled.schema.toJSON(cancelled), 'application/json; charset=utf-8'),
    ],
    [
      'JSON without a media type',
      {
        ...json(OrderCancelled.schema.toJSON(cancelled)),
        datacontenttype: undefined,
      } as unknown as Partial<CloudEvent>,
    ],
  ])('given data as %s, then the handler gets it decoded', async (_, changes) => {
    expect(await decoded(changes)).toEqual([cancelled]);
  });

  it.each([
    [
      'an unknown major version',
      { type: 'mesh.order.v2.OrderCancelled' },
      'The catalog knows no event of type "mesh.order.v2.OrderCancelled"',
    ],
    [
      'cut off data',
      { data: eventOf().data!.subarray(0, 4) },
      `Event "e" can't be decoded: its data is not of mesh.order.v1.OrderCancelled: premature EOF`,
    ],
    ['no data', { data: undefined }, `Event "e" can't be decoded: its data has no key`],
    [
      'broken JSON',
      json('{'),
      /^Event "e" can't be decoded: its data is not of mesh\.order\.v1\.OrderCancelled: Expected property name/,
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
    expect(skipped).toEqual([OrderCancelled.type]);
  });
});
