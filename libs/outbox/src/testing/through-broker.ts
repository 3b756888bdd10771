import { randomUUID } from 'node:crypto';
import { GaugeChanged } from '@mesh/contracts/catalog/probe';
import type { Publisher, Transport } from '@mesh/messaging';

/** Where one test publishes to, and what its consumer got. */
export interface ThroughBroker {
  /** Sends everything to this test's own destination. */
  readonly publisher: Publisher;
  /** The versions of each key, in the order in which they came. */
  readonly versions: ReadonlyMap<string, readonly number[]>;
}

/** Names of one test: tests that run side by side on a broker do not see each other. */
export const ownNames = () => ({
  source: `mesh.test.${randomUUID()}`,
  group: `test.${randomUUID()}`,
});

export async function throughBroker(
  transport: Transport,
  { source, group }: ReturnType<typeof ownNames>,
): Promise<ThroughBroker> {
  await transport.declare([source]);
  const publisher = await transport.publisher();
  const versions = new Map<string, number[]>();
  const subscription = await transport.subscribe(
    { source, group, window: { count: 1 } },
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
    versions,
    publisher: {
      publish: (messages) =>
        publisher.publish(messages.map((message) => ({ ...message, destination: source }))),
      close: () => publisher.close(),
    },
  };
}
