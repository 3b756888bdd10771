import { findEvent } from '@mesh/contracts/catalog';
import type { Transport } from '@mesh/messaging';
import type pg from 'pg';
import type { StoredEvent, StreamMessage } from '../verdict/evidence.js';

interface Row {
  readonly position: string;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** All events that a service appended, in the order of their positions. */
export async function readOutbox(client: pg.Client): Promise<readonly StoredEvent[]> {
  const { rows } = await client.query<Row>(
    'select position, key, headers, body from mesh_outbox.entry order by position',
  );
  return rows.map((row) => storedEvent({ ...row, position: BigInt(row.position) }));
}

export function storedEvent({
  position,
  key,
  headers,
  body,
}: Omit<Row, 'position'> & { readonly position: bigint }): StoredEvent {
  return {
    ...{ position, key: key ?? '' },
    ...{ id: headers['ce_id'] ?? '', type: headers['ce_type'] ?? '' },
    causationId: headers['ce_causationid'],
    data: findEvent(headers['ce_type'] ?? '')?.schema.decode(body),
  };
}

/** A stream, and a group that has read it to its end. */
export interface ReadStream {
  readonly source: string;
  readonly group: string;
}

/** All that a group was ever given of a stream, read beside it; each partition in its order. */
export async function readStream(
  transport: Transport,
  place: ReadStream,
): Promise<readonly StreamMessage[]> {
  const { replays } = transport;
  if (replays === undefined) return [];
  const messages: StreamMessage[] = [];
  const ranges = await replays.plan(place, { kind: 'start' });
  await replays.read(
    place,
    ranges,
    async (deliveries) => {
      for (const delivery of deliveries) {
        const [partition, offset] = delivery.position.split(':');
        messages.push({
          ...{ stream: place.source, partition: Number(partition), offset: BigInt(offset ?? 0) },
          ...{ id: delivery.event().id, key: delivery.key ?? '' },
        });
      }
    },
    AbortSignal.timeout(120_000),
  );
  return messages;
}
