import { createEvent, toAmqp, toKafka } from '@mesh/envelope';
import { expect, it } from 'vitest';
import { readEvent } from './read-event.js';

const event = createEvent({
  source: '/test',
  type: 'mesh.test.v1.Happened',
  datacontenttype: 'text/plain',
  extensions: { partitionkey: 'k' },
  data: Buffer.from('bytes'),
});

it.each(['binary', 'structured'] as const)('reads what came from Kafka in %s mode', (mode) => {
  const { headers, value } = toKafka(event, mode);
  expect(readEvent({ headers, body: value! })).toMatchObject({ id: event.id, type: event.type });
});

it.each(['binary', 'structured'] as const)('reads what came from AMQP in %s mode', (mode) => {
  const { headers, properties, content } = toAmqp(event, mode);
  const kept = { ...headers, 'content-type': properties.contentType };
  const read = readEvent({ headers: kept, body: content });
  expect(read).toMatchObject({ id: event.id, datacontenttype: 'text/plain' });
  expect(Buffer.from(read.data!).toString()).toBe('bytes');
});

it('reads an event without data, and throws for what is none', () => {
  const { headers } = toKafka({ ...event, data: undefined });
  expect(readEvent({ headers, body: new Uint8Array() }).data).toBeUndefined();
  expect(() => readEvent({ headers: {}, body: Buffer.from('x') })).toThrow(
    'CloudEvents attribute "specversion" is missing',
  );
});
