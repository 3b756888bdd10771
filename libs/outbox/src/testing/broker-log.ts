import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import { embeddedTransport } from '@mesh/messaging/embedded';
import { createDatabase } from '@mesh/tools/testing';

/** A broker in a database of its own, the embedded transport, and what it has of each key. */
export interface BrokerLog {
  readonly url: string;
  /** The versions of each key, in the order in which a consumer gets them. */
  readonly versions: ReadonlyMap<string, readonly number[]>;
  close(): Promise<void>;
}

export async function openBrokerLog(): Promise<BrokerLog> {
  const database = await createDatabase('broker');
  const transport = embeddedTransport({ url: database.url });
  const versions = new Map<string, number[]>();
  const subscription = await transport.subscribe(
    { source: GaugeChanged.stream.name, group: 'watch', from: 'start' },
    async (delivery) => {
      const { key } = delivery;
      const { version } = GaugeChanged.schema.decode(delivery.event().data ?? new Uint8Array());
      const known = versions.get(key ?? '') ?? [];
      versions.set(key ?? '', known);
      known.push(version);
    },
  );
  await subscription.ready;
  return {
    url: database.url,
    versions,
    async close() {
      await transport.close();
      await database.drop();
    },
  };
}
