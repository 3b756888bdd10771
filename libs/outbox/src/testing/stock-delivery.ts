import { StockChanged } from '@mesh/contracts/catalog/inventory';
import { createEvent, fromKafka, toKafka } from '@mesh/envelope';
import type { Delivery } from '@mesh/messaging';

export const group = 'stock';
export const stream = 'mesh.inventory.v1';

/** The delivery of a change of stock, with headers as Kafka has them. */
export function stockChanged(sku: string, version: number, attempt = 1, number?: bigint): Delivery {
  const data = { sku, available: 1, version, occurredAt: undefined };
  const event = createEvent({
    id: `${sku}-${version}`,
    source: '/inventory',
    type: StockChanged.type,
    datacontenttype: 'application/protobuf',
    data: StockChanged.schema.encode(data).finish(),
    extensions: {
      partitionkey: sku,
      sequence: number === undefined ? undefined : `${number}`.padStart(19, '0'),
    },
  });
  const { headers, value } = toKafka(event);
  const raw = Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
  );
  const body = value ?? new Uint8Array();
  return {
    ...{ source: stream, group, key: sku, routingKey: null, headers: raw, body, attempt },
    position: `0:${version}`,
    signal: new AbortController().signal,
    event: () => fromKafka({ headers: raw, value: body }),
  };
}

/** The same as from an outbox, which numbers the events of a key as the versions are. */
export function numberedStockChanged(sku: string, version: number): Delivery {
  return stockChanged(sku, version, 1, BigInt(version));
}
