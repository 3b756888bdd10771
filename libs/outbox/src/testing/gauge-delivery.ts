import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import { createEvent, fromKafka, toKafka } from '@mesh/envelope';
import type { Delivery } from '@mesh/messaging';

export const group = 'gauge';
export const stream = 'mesh.gauge.v1';

/** The delivery of a change of gauge, with headers as Kafka has them. */
export function gaugeChanged(
  gauge: string,
  version: number,
  attempt = 1,
  number?: bigint,
): Delivery {
  const data = { gauge, level: 1, version, occurredAt: undefined };
  const event = createEvent({
    id: `${gauge}-${version}`,
    source: '/probe',
    type: GaugeChanged.type,
    datacontenttype: 'application/protobuf',
    data: GaugeChanged.schema.encode(data).finish(),
    extensions: {
      partitionkey: gauge,
      sequence: number === undefined ? undefined : `${number}`.padStart(19, '0'),
    },
  });
  const { headers, value } = toKafka(event);
  const raw = Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
  );
  const body = value ?? new Uint8Array();
  return {
    ...{ source: stream, group, key: gauge, routingKey: null, headers: raw, body, attempt },
    position: `0:${version}`,
    signal: new AbortController().signal,
    event: () => fromKafka({ headers: raw, value: body }),
  };
}

/** The same as from an outbox, which numbers the events of a key as the versions are. */
export function numberedGaugeChanged(gauge: string, version: number): Delivery {
  return gaugeChanged(gauge, version, 1, BigInt(version));
}
