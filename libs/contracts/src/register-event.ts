import { EventDefinition, type MessageCodec, type Stream } from './event-definition.js';

const byType = new Map<string, EventDefinition>();
const streams = new Map<string, Stream>();

/** A line of the catalog: type, stream, schema, key; on a work stream also the routing key. */
export function event<Data>(
  type: string,
  stream: Stream,
  schema: MessageCodec<Data>,
  key: (data: Data) => string,
  route?: (data: Data) => string,
): EventDefinition<Data> {
  const definition = new EventDefinition(type, stream, schema, key, route);
  streams.set(stream.name, stream);
  byType.set(type, definition as unknown as EventDefinition);
  return definition;
}

/** The catalog's line for a CloudEvents `type`, or undefined when the catalog does not know it. */
export function findEvent(type: string): EventDefinition | undefined {
  return byType.get(type);
}

/** The stream of that name, or undefined when no event of the catalog goes there. */
export function findStream(name: string): Stream | undefined {
  return streams.get(name);
}

/** Every line of the catalog, in the order of the services and of their files. */
export function allEvents(): readonly EventDefinition[] {
  return [...byType.values()];
}
