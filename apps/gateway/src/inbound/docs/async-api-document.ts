import { allEvents, type EventDefinition, type Stream } from '@mesh/contracts';
import type { DescribedTopics } from './live-described.js';
import { liveNamespace } from './live-namespace.js';

export interface AsyncApiChannel {
  readonly address: string;
  readonly description: string;
  readonly messages: Readonly<Record<string, { readonly $ref: string }>>;
}

const catalogued = allEvents();
const streams = [...new Set(catalogued.map((definition) => definition.stream))];

/** The events of the catalog and the live namespace as AsyncAPI 3. */
export function asyncApiDocument(topics: DescribedTopics) {
  const live = liveNamespace(topics);
  const channels: Readonly<Record<string, AsyncApiChannel>> = {
    ...Object.fromEntries(streams.map((stream) => [stream.name, eventChannel(stream)])),
    live: live.channel,
  };
  return {
    asyncapi: '3.0.0',
    id: 'urn:mesh:events',
    info: {
      title: 'Protocol Mesh: events and live updates',
      version: '1.0.0',
      description:
        'Events are CloudEvents 1.0 in binary mode with Protobuf data. On Kafka the attributes are in `ce_` headers; ' +
        'on AMQP in headers `cloudEvents_<attribute>`. Browsers get live updates over socket.io in the namespace `/live`.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/protobuf',
    channels,
    operations: {
      ...Object.fromEntries(streams.map((stream) => [`send ${stream.name}`, sending(stream)])),
      ...live.operations,
    },
    components: {
      messages: {
        ...Object.fromEntries(catalogued.map((definition) => [definition.type, event(definition)])),
        ...live.messages,
      },
    },
  };
}

function eventsOf(stream: Stream): readonly EventDefinition[] {
  return catalogued.filter((definition) => definition.stream === stream);
}

function eventChannel(stream: Stream): AsyncApiChannel & { readonly bindings: object } {
  const facts = stream.kind === 'log';
  return {
    address: stream.name,
    description: facts
      ? 'Facts, kept and replayable; in order for each key, which is the id of the aggregate.'
      : 'Work and announcements, by routing key.',
    messages: Object.fromEntries(
      eventsOf(stream).map(({ type }) => [type, { $ref: `#/components/messages/${type}` }]),
    ),
    bindings: facts
      ? { kafka: { topic: stream.name } }
      : {
          amqp: { is: 'routingKey', exchange: { name: stream.name, type: 'topic', durable: true } },
        },
  };
}

function sending(stream: Stream) {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${stream.name}` },
    summary: `What the mesh tells on ${stream.name}`,
  };
}

function event({ type, dataschema, stream }: EventDefinition) {
  const prefix = stream.kind === 'log' ? 'ce_' : 'cloudEvents_';
  const named = (attributes: object) =>
    Object.fromEntries(Object.entries(attributes).map(([name, is]) => [`${prefix}${name}`, is]));
  const attributes = {
    specversion: { const: '1.0' },
    id: { type: 'string', description: 'Unique together with the source' },
    source: { type: 'string' },
    type: { const: type },
    subject: { type: 'string' },
    time: { type: 'string', format: 'date-time' },
    dataschema: { type: 'string', description: dataschema },
    partitionkey: { type: 'string', description: 'The id of the aggregate' },
    sequence: {
      ...{ type: 'string', pattern: '^\\d{19}$' },
      description:
        'The number of the event within its stream and partitionkey: from 1, without gaps, with leading zeros',
    },
    traceparent: { type: 'string', description: 'W3C traceparent of the trace of origin' },
  };
  return {
    ...{ name: type, title: type.split('.').at(-1), contentType: 'application/protobuf' },
    headers: {
      type: 'object',
      required: ['specversion', 'id', 'source', 'type', 'partitionkey'].map(
        (name) => prefix + name,
      ),
      properties: named(attributes),
    },
    payload: {
      ...{ type: 'string', format: 'binary' },
      description: `The Protobuf message ${type}`,
    },
  };
}
