import { createEvent, type CloudEvent } from '@mesh/envelope';
import type { Message, Publisher } from '../publisher.js';
import type { Random } from './random.js';
import type { RawMessage } from './transport-under-test.js';

export const TYPE = 'mesh.test.v1.Happened';

/** An event of a key with a few bytes of data. */
export function messageOf(destination: string, key: string | null, data = 'happened'): Message {
  const event = createEvent({
    source: '/test',
    type: TYPE,
    datacontenttype: 'text/plain',
    extensions: { partitionkey: key ?? undefined },
    data: Buffer.from(data),
  });
  return { destination, key, event };
}

export function messagesOf(destination: string, count: number, keys = 16): readonly Message[] {
  return Array.from({ length: count }, (_, index) => messageOf(destination, `key-${index % keys}`));
}

interface Numbered {
  readonly from: number;
  readonly count: number;
  readonly keys: number;
}

/** Events that say as text the how many-th of their key they are. */
export function numberedMessagesOf(destination: string, { from, count, keys }: Numbered) {
  return Array.from({ length: count }, (_, index) => {
    const position = from + index;
    return messageOf(destination, `key-${position % keys}`, String(Math.floor(position / keys)));
  });
}

const MAX_CALL = 40;

/** Calls of many sizes, all at once: the order of their keys is the order of the calls. */
export function publishInParts(
  publisher: Publisher,
  messages: readonly Message[],
  random: Random,
): Promise<unknown> {
  const calls: Promise<void>[] = [];
  for (let at = 0; at < messages.length;) {
    const size = random.between(1, MAX_CALL);
    calls.push(publisher.publish(messages.slice(at, at + size)));
    at += size;
  }
  const all = Promise.all(calls);
  // Whoever awaits it may be late.
  all.catch(() => {});
  return all;
}

export function idsOf(messages: readonly Message[]): readonly string[] {
  return messages.map(({ event }) => event.id);
}

/** An event with every attribute, extensions of every type, and data of its own shape. */
export function richEvent(index: number): CloudEvent {
  return createEvent({
    source: `/test/${index}`,
    type: TYPE,
    subject: `Größe ${index} ✓`,
    time: '2026-02-03T04:05:06.789Z',
    datacontenttype: 'application/octet-stream',
    dataschema: 'https://schemas.example/test/v1',
    extensions: {
      partitionkey: `key-${index % 7}`,
      sequence: String(index),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'vendor=value',
      correlationid: `correlation-${index}`,
      causationid: `causation-${index}`,
      attempts: index,
      urgent: index % 2 === 0,
    },
    data: Buffer.from(Array.from({ length: 256 + index * 64 }, (_, byte) => (byte + index) % 256)),
  });
}

/** The event in structured mode, as another producer would write it. */
export function structured(event: CloudEvent): RawMessage {
  const { extensions, data, ...attributes } = event;
  const json = {
    ...attributes,
    ...extensions,
    ...(data === undefined ? {} : { data_base64: Buffer.from(data).toString('base64') }),
  };
  return {
    key: String(extensions['partitionkey']),
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(json)),
  };
}

/** The event in binary mode, under the header names of every binding. */
export function binary(attributes: Readonly<Record<string, string>>, body: Uint8Array): RawMessage {
  const headers = Object.entries(attributes).flatMap(([name, value]) => [
    [`ce_${name}`, value],
    [`cloudEvents_${name}`, value],
  ]);
  return {
    key: attributes['partitionkey'] ?? null,
    headers: { 'content-type': 'application/octet-stream', ...Object.fromEntries(headers) },
    body,
  };
}
