import type { EventDefinition } from '@mesh/contracts';
import { createEvent, type CloudEvent } from '@mesh/envelope';
import { embeddedTransport } from '@mesh/messaging/embedded';
import { vi } from 'vitest';

/** The rest of the mesh, as a service under test meets it: publishes events and sees all that pass. */
export async function openProbe(logUrl: string, streams: readonly string[]) {
  const transport = embeddedTransport({ url: logUrl });
  const publisher = await transport.publisher();
  const seen: CloudEvent[] = [];
  for (const source of streams) {
    const subscription = await transport.subscribe({ source, group: 'probe' }, async (delivery) => {
      seen.push(delivery.event());
    });
    await subscription.ready;
  }

  function find<Data>(definition: EventDefinition<Data>, which: (data: Data) => boolean) {
    return seen
      .filter(({ type }) => type === definition.type)
      .map((event) => ({ event, data: definition.schema.decode(event.data ?? new Uint8Array()) }))
      .filter(({ data }) => which(data));
  }

  return {
    find,
    /** Waits until `count` such events were seen. */
    expect<Data>(definition: EventDefinition<Data>, which: (data: Data) => boolean, count = 1) {
      const check = () => {
        const found = find(definition, which);
        if (found.length >= count) return found;
        throw new Error(`Saw ${found.length} of ${count} ${definition.type}`);
      };
      return vi.waitFor(check, { timeout: 30_000, interval: 10 });
    },
    async publish<Data>(
      definition: EventDefinition<Data>,
      data: Data,
      options: { readonly id?: string; readonly traceparent?: string } = {},
    ): Promise<CloudEvent> {
      const key = definition.key(data);
      const event = createEvent({
        ...(options.id !== undefined && { id: options.id }),
        source: '/probe',
        type: definition.type,
        subject: key,
        datacontenttype: 'application/protobuf',
        dataschema: definition.dataschema,
        extensions: { partitionkey: key, traceparent: options.traceparent },
        data: definition.schema.encode(data).finish(),
      });
      const routingKey = definition.route?.(data) ?? definition.type;
      await publisher.publish([{ destination: definition.stream.name, key, routingKey, event }]);
      return event;
    },
    close: () => transport.close(),
  };
}

/** The rest of the mesh, for tests of one service: see {@link openProbe}. */
export type Probe = Awaited<ReturnType<typeof openProbe>>;
