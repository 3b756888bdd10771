import { participants } from '@mesh/contracts/participants';
import { eventHandlerMetadata, type EventHandlerMetadata } from '@mesh/service-kit';
import { describe, expect, it } from 'vitest';

// Services are no libs: they are found by their files.
const inbound = (
  import.meta as unknown as {
    glob(
      pattern: string,
      options: object,
    ): Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  }
).glob('../../../apps/*/src/inbound/*.subscriber.ts', { eager: true });

interface Handler extends EventHandlerMetadata {
  readonly service: string;
}

const handlers = Object.entries(inbound).flatMap(([path, module]) => {
  const service = /apps\/([^/]+)\//.exec(path)![1]!;
  return Object.values(module).flatMap((exported) =>
    handlersOf(exported).map((one) => ({ service, ...one })),
  );
});

/** Also of classes that are made from config, with one endpoint. */
function handlersOf(exported: unknown): EventHandlerMetadata[] {
  if (typeof exported !== 'function') return [];
  const made =
    exported.name === 'webhookRequestsSubscriber'
      ? (exported as (endpoints: object[], send: object) => object)(
          [{ id: 'shop', kinds: new Set(['placed']) }],
          {},
        )
      : undefined;
  const prototype = (made ? Object.getPrototypeOf(made) : exported.prototype) as object | undefined;
  return Object.values(Object.getOwnPropertyDescriptors(prototype ?? {})).flatMap(
    ({ value }: { value?: unknown }) =>
      (typeof value === 'function' && eventHandlerMetadata(value)) || [],
  );
}

const inWords = (
  service: string,
  group: string,
  stream: string,
  shared: string,
  filter?: readonly string[],
) =>
  `${service}: ${group} of ${stream}, ${shared}${filter ? `, ${[...filter].sort().join(' ')}` : ''}`;

function found({ service, definition, options }: Handler): {
  group: string;
  stream: string;
  shared: string;
  service: string;
  filter: readonly string[];
} {
  const family = options.group?.startsWith('notifications.webhook.') === true;
  return {
    service,
    group: family ? 'notifications.webhook' : (options.group ?? service),
    stream: definition.stream.name,
    shared: options.ephemeral ? 'each-replica' : family ? 'family' : 'one',
    filter: family ? [] : (options.filter ?? []),
  };
}

describe('who takes part in the streams', () => {
  it('given the handlers in the code, then their groups are those that are described', () => {
    const groups = Map.groupBy(handlers.map(found), ({ service, group, stream, shared }) =>
      inWords(service, group, stream, shared),
    );
    const inCode = [...groups].map(([words, members]) => {
      const filter = members.flatMap((one) => one.filter);
      return filter.length > 0 ? `${words}, ${filter.sort().join(' ')}` : words;
    });
    const described = participants.flatMap(({ service, groups }) =>
      groups.map(({ name, stream, shared, filter }) =>
        inWords(service, name, stream.name, shared, filter),
      ),
    );
    expect(inCode.sort()).toEqual(described.sort());
  });

  it('given the streams, then each is published by the service that it is named after', () => {
    const publishers = participants.flatMap(({ service, publishes }) =>
      publishes.map(({ name }) => [name.split('.')[1], service]),
    );
    expect(publishers.map(([, service]) => service)).toEqual(publishers.map(([stream]) => stream));
  });
});
