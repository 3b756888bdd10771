import { errorCatalog } from '@mesh/contracts/errors';
import { z } from 'zod';
import { closingCodes } from '../live-closing.js';
import { renewal, Subscriptions } from '../live-messages.js';
import type { JsonSchema } from './json-schema.js';
import type { DescribedResource, DescribedStates, DescribedTopics } from './live-described.js';

// The live namespace in the words of AsyncAPI 3; seen from the gateway, which receives subscriptions.

const cursorExample = 'ZTEuYW5uLjQ.c2lnbmF0dXJl';
const exampleTraceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const refusal = object(
  {
    ok: { const: false },
    code: { type: 'string', enum: Object.keys(errorCatalog) },
    message: { type: 'string' },
    limit: { type: 'integer', description: 'The bound that is reached' },
    retryAfterMs: {
      type: 'integer',
      description: 'The same message may succeed after so long; it differs, to spread clients',
    },
  },
  ['ok', 'code', 'message'],
);
const conflated = {
  const: true,
  description:
    'Earlier ones of the same were left out before this, on purpose: the client took too little of what was sent',
};
const skipped = {
  ...{ type: 'integer', minimum: 1 },
  description:
    'How many messages of this name were left out since the one before, each for a later one of the same; the cursor covers them',
};
const inMs = { type: 'integer', minimum: 0, description: 'Milliseconds from now' };

type Message = ReturnType<typeof message>;

/** The live namespace: its messages, its channel and its operations. */
export function liveNamespace(topics: DescribedTopics) {
  const told = [...topics.resources.map(updateOf), ...topics.states.map(stateOf)];
  const resyncs = topics.resources.length > 0 ? [resyncOf(topics.resources)] : [];
  const messages: readonly Message[] = [...requestsOf(topics), ...notices, ...told, ...resyncs];
  const updates = [...told, ...resyncs].map(({ name }) => name);
  return {
    messages: Object.fromEntries(messages.map((one) => [one.name, one])),
    channel: {
      address: '/live',
      description:
        'A socket.io namespace at /socket.io. Connect with `auth: {token}`; without a valid token the connect error has `data.code` UNAUTHENTICATED, beyond the connections of a customer or an address TOO_MANY_REQUESTS.',
      messages: Object.fromEntries(
        messages.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }]),
      ),
    },
    operations: {
      subscribe: operation('receive', ['subscribe'], 'A browser subscribes', ['ack']),
      unsubscribe: operation('receive', ['unsubscribe'], 'A browser unsubscribes', ['ack']),
      renew: operation('receive', ['renew'], 'A browser shows a new token', ['renewed']),
      notice: operation(
        'send',
        ['token.expiring', 'closing'],
        'A browser is told of what ends, before it does',
      ),
      ...(updates.length > 0 && {
        update: operation(
          'send',
          updates,
          'A browser gets what it subscribed to: what lies behind first, then what comes',
        ),
      }),
    },
  };
}

function requestsOf(topics: DescribedTopics): readonly Message[] {
  const { resources, states } = topics;
  const shape = schemaOf(new Subscriptions(topics).schema);
  const feeds = states.map(({ feed }) => ({ feed }));
  const [first] = resources;
  const cursors = resources.map(({ feed }) => ({ feed, cursor: cursorExample }));
  const ones = resources.map((one) => ({ [one.idField]: one.described.example.id }));
  const refused = first
    ? { ok: false, code: first.notFound, message: first.described.missing }
    : { ok: false, code: 'VALIDATION_FAILED', message: 'Send {token}' };
  return [
    message(
      'subscribe',
      'What to send from now on',
      { ...shape, description: subscribing(topics) },
      ...[...ones.map((one) => ({ ...one, afterVersion: 0 })), ...cursors, ...feeds],
    ),
    message('unsubscribe', 'What to send no longer', shape, ...[...ones, ...feeds].slice(0, 1)),
    message(
      'ack',
      'Answers subscribe and unsubscribe as the socket.io acknowledgement',
      { oneOf: [object({ ok: { const: true }, cursor: cursorOf(resources) }, ['ok']), refusal] },
      { ok: true, ...(first && { cursor: cursorExample }) },
      refused,
    ),
    message(
      'renew',
      'Goes on with another token of the same customer, with all subscriptions that it allows',
      schemaOf(renewal),
      { token: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln' },
    ),
    message(
      'renewed',
      'Answers renew as the socket.io acknowledgement; FORBIDDEN for a token of another customer',
      {
        oneOf: [
          object(
            {
              ok: { const: true },
              expiresInMs: inMs,
              ended: {
                ...{ type: 'array', items: shape },
                description: 'Subscriptions that the new token does not allow',
              },
            },
            ['ok', 'expiresInMs'],
          ),
          refusal,
        ],
      },
      { ok: true, expiresInMs: 3_600_000 },
      { ok: false, code: 'UNAUTHENTICATED', message: 'The token has expired' },
    ),
  ];
}

function subscribing({ resources, states }: DescribedTopics): string {
  const sentences = [
    ...resources.map(
      ({ idField, feed }) =>
        `What \`${idField}\` names after a version (0 for its whole history), or all ${feed} of the customer after a cursor (without one: from now on).`,
    ),
    ...states.map(
      ({ feed, keyField, isOwned }) =>
        `All changes of ${isOwned ? `${feed} of the customer` : feed} (\`versions\` by \`${keyField}\`: what is newer than these is sent first, and what is left out in any case).`,
    ),
  ];
  return sentences.length > 0 ? sentences.join(' ') : 'Nothing here is live.';
}

const notices: readonly Message[] = [
  message(
    'token.expiring',
    'The token ends soon, and the connection with it: send renew before',
    object({ inMs }, ['inMs']),
    { inMs: 60_000 },
  ),
  message(
    'closing',
    'The gateway ends this connection. Connect again and subscribe with the last cursor; nothing is lost',
    object(
      {
        code: {
          ...{ type: 'string', enum: Object.keys(closingCodes) },
          description: Object.entries(closingCodes)
            .map(([code, text]) => `${code}: ${text}`)
            .join('. '),
        },
        message: { type: 'string' },
        inMs: {
          ...inMs,
          description: 'When it does, in milliseconds from now; another for each client',
        },
      },
      ['code', 'message', 'inMs'],
    ),
    { code: 'MOVING', message: closingCodes.MOVING, inMs: 1_250 },
  ),
];

function updateOf(resource: DescribedResource): Message {
  const { message: name, idField, described } = resource;
  const { summary, fields, required = Object.keys(fields), example } = described;
  return message(
    name,
    summary,
    object(
      {
        [idField]: { type: 'string' },
        version: { type: 'integer', minimum: 1 },
        ...fields,
        traceparent: { type: 'string', description: 'Of the trace that made the change' },
        ...{ cursor: cursorOf([resource]), conflated, skipped },
      },
      [idField, 'version', ...required, 'traceparent', 'cursor'],
    ),
    { ...resource.told(example), traceparent: exampleTraceparent, cursor: cursorExample },
  );
}

function stateOf(resource: DescribedStates): Message {
  const { message: name, keyField, described } = resource;
  const { summary, fields, required = Object.keys(fields), example, version } = described;
  return message(
    name,
    summary,
    object(
      {
        [keyField]: { type: 'string' },
        ...fields,
        version: { type: 'integer', description: version },
        ...{ conflated, skipped },
      },
      [keyField, ...required, 'version'],
    ),
    resource.told(example),
  );
}

function resyncOf(resources: readonly DescribedResource[]): Message {
  const payloads = resources.map(resyncPayload);
  return message(
    'resync',
    'What is known can not be continued: start over from the snapshot',
    payloads.length === 1 ? payloads[0]! : { oneOf: payloads },
    ...resources.map(({ feed, isDefault, described }) => ({
      ...{ reason: 'CURSOR_TOO_OLD', ...(isDefault !== true && { feed }) },
      ...{ snapshot: described.examplePage, cursor: cursorExample },
    })),
  );
}

function resyncPayload(resource: DescribedResource): JsonSchema {
  const { feed, name, idField, isDefault = false, described } = resource;
  return object(
    {
      reason: {
        type: 'string',
        enum: [
          ...['EPOCH_CHANGED', 'CURSOR_TOO_OLD', 'CURSOR_AHEAD'],
          ...['HISTORY_GONE', 'VERSION_AHEAD'],
        ],
      },
      ...(!isDefault && { feed: { const: feed } }),
      [idField]: {
        type: 'string',
        description: `Given when this ${name} alone starts over; the feed goes on`,
      },
      snapshot: {
        ...schemaOf(described.page),
        description: `The newest 100 ${feed}, as ${described.list} shows them; with \`${idField}\`, that ${name}`,
      },
      cursor: cursorOf([resource]),
    },
    ['reason', ...(isDefault ? [] : ['feed']), 'snapshot', 'cursor'],
  );
}

function cursorOf(resources: readonly DescribedResource[]): JsonSchema {
  const feeds = resources.map(({ feed }) => feed).join(' or ');
  return {
    type: 'string',
    description: `Opaque. Subscribing to the ${feeds} feed with it continues right after this message`,
  };
}

function operation(
  action: 'send' | 'receive',
  messages: readonly string[],
  summary: string,
  reply?: readonly string[],
) {
  const channel = { $ref: '#/channels/live' };
  const listed = (names: readonly string[]) =>
    names.map((name) => ({ $ref: `#/channels/live/messages/${name}` }));
  return {
    ...{ action, channel, summary, messages: listed(messages) },
    ...(reply && { reply: { channel, messages: listed(reply) } }),
  };
}

function message(
  name: string,
  summary: string,
  payload: JsonSchema,
  ...examples: readonly object[]
) {
  const shown = examples.map((example) => ({ payload: example }));
  return { name, summary, contentType: 'application/json', payload, examples: shown };
}

function object(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema {
  return { type: 'object', required, properties };
}

function schemaOf(schema: z.ZodType): JsonSchema {
  return withoutDialect(z.toJSONSchema(schema, { io: 'input' })) as JsonSchema;
}

function withoutDialect({ $schema: _dialect, ...schema }: { readonly $schema?: string }): object {
  return schema;
}
