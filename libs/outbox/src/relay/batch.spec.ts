import { createEvent, toKafka } from '@mesh/envelope';
import { PublishError, TransportError, type Message, type Publisher } from '@mesh/messaging';
import type { LogRow } from '@mesh/pg-log';
import { expect, it } from 'vitest';
import { outgoing, publishBatch } from './batch.js';
import { Outcome } from './outcome.js';

const row = (position: number, key: string): LogRow => {
  const { headers, value } = toKafka(
    createEvent({ source: '/a', type: 't', subject: key, data: new Uint8Array([position]) }),
  );
  return {
    position: BigInt(position),
    partition: 0,
    appendedAt: new Date(),
    stream: 'mesh.probe.v1',
    key,
    routingKey: null,
    headers,
    body: value ?? new Uint8Array(),
    signal: new AbortController().signal,
  };
};
const rows = Array.from({ length: 8 }, (_, index) => row(index, `key-${index % 3}`));
const batch = rows.map(outgoing);
const positionOf = ({ event }: Message) => event.data?.[0];

/** Publishes with a publisher that refuses by `refuse`; what each call held, and the outcome. */
async function run(refuse: (positions: readonly unknown[]) => Error | undefined) {
  const calls: unknown[][] = [];
  const publisher: Publisher = {
    async publish(messages) {
      const positions = messages.map(positionOf);
      calls.push(positions);
      const error = refuse(positions);
      if (error !== undefined) throw error;
    },
    close: async () => undefined,
  };
  const outcome = new Outcome();
  await publishBatch(publisher, batch, outcome);
  const positions = (map: ReadonlyMap<LogRow, Error>) =>
    [...map.keys()].map((r) => Number(r.position));
  return { calls, failed: positions(outcome.failed), rejected: positions(outcome.rejected) };
}
const tooLarge = (index: number) =>
  new PublishError('too large', [index], { code: 'MESSAGE_TOO_LARGE', retryable: false });

it('publishes a batch in one call', async () => {
  const { calls, failed, rejected } = await run(() => undefined);
  expect({ calls, failed, rejected }).toEqual({
    calls: [[0, 1, 2, 3, 4, 5, 6, 7]],
    failed: [],
    rejected: [],
  });
});

it('fails only what is not confirmed', async () => {
  expect(await run(() => new PublishError('no', [2, 5]))).toMatchObject({
    failed: [2, 5],
    rejected: [],
  });
});

it('fails everything when the broker is away', async () => {
  expect(await run(() => new TransportError('away'))).toMatchObject({
    failed: [0, 1, 2, 3, 4, 5, 6, 7],
  });
});

it('rejects the guilty message alone, its neighbours are published in their order', async () => {
  const { calls, failed, rejected } = await run((positions) => {
    const index = positions.indexOf(3);
    return index === -1 ? undefined : tooLarge(index);
  });
  expect({ failed, rejected }).toEqual({ failed: [], rejected: [3] });
  expect(calls.filter((call) => !call.includes(3))).toEqual([[0, 1], [2], [4, 5, 6, 7]]);
});

it('publishes nothing that could overtake what failed on the way to the guilty message', async () => {
  const { calls, failed, rejected } = await run((positions) => {
    if (positions.length === 8) return tooLarge(7);
    return positions.includes(1) ? new PublishError('no', [1]) : undefined;
  });
  expect(calls).toEqual([
    [0, 1, 2, 3, 4, 5, 6, 7],
    [0, 1, 2, 3],
  ]);
  expect({ failed, rejected }).toEqual({ failed: [1, 4, 5, 6, 7], rejected: [] });
});
