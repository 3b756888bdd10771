import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromAmqp, toAmqp } from './amqp.js';
import { createEvent } from './create.js';
import { arbitraryEvent, unicodeText } from './testing/arbitrary-event.js';
import { sameAs } from './testing/sdk.js';

const event = createEvent({
  id: 'e-1',
  source: '/chores',
  type: 'mesh.probe.v1.ChoreRequested',
  subject: 'o-1',
  time: '2026-11-21T12:00:00.5Z',
  datacontenttype: 'application/protobuf',
  dataschema: 'https://type.googleapis.com/mesh.probe.v1.ChoreRequested',
  extensions: { partitionkey: 'o-1', retries: 3, urgent: true },
  data: new Uint8Array([1, 2, 3]),
});

describe('toAmqp', () => {
  it('writes attributes as typed cloudEvents_ headers, the data as content', () => {
    expect(toAmqp(event)).toEqual({
      headers: {
        cloudEvents_specversion: '1.0',
        cloudEvents_id: 'e-1',
        cloudEvents_source: '/chores',
        cloudEvents_type: 'mesh.probe.v1.ChoreRequested',
        cloudEvents_subject: 'o-1',
        cloudEvents_time: '2026-11-21T12:00:00.5Z',
        cloudEvents_dataschema: 'https://type.googleapis.com/mesh.probe.v1.ChoreRequested',
        cloudEvents_partitionkey: 'o-1',
        cloudEvents_retries: 3,
        cloudEvents_urgent: true,
      },
      properties: {
        contentType: 'application/protobuf',
        messageId: 'e-1',
        type: 'mesh.probe.v1.ChoreRequested',
        timestamp: 1795262400,
      },
      content: Buffer.from([1, 2, 3]),
    });
  });

  it('leaves out properties that AMQP can not say', () => {
    const properties = (id: string, time: string) =>
      toAmqp(createEvent({ source: '/a', type: 't', id, time })).properties;
    expect(properties('☃'.repeat(86), '1969-12-31T23:59:59Z')).toEqual({ type: 't' });
    expect(properties('☃'.repeat(85), '1970-01-01T00:00:00Z')).toMatchObject({
      messageId: '☃'.repeat(85),
      timestamp: 0,
    });
  });
});

describe('fromAmqp', () => {
  it('reads what toAmqp wrote, in both modes, types of extensions kept', () => {
    fc.assert(
      fc.property(
        arbitraryEvent(unicodeText, { typed: true }),
        fc.constantFrom('binary', 'structured'),
        (e, mode) => {
          fc.pre(mode === 'structured' || !JSON.stringify(e).includes('\ufffd'));
          expect(fromAmqp(toAmqp(e, mode))).toEqual(sameAs(e));
        },
      ),
    );
  });

  it('reads the other prefix, and types that other clients send', () => {
    const headers = {
      'cloudEvents:specversion': '1.0',
      'cloudEvents:id': 'e-1',
      'cloudEvents:source': '/a',
      'cloudEvents:type': 't',
      'cloudEvents:time': { '!': 'timestamp', value: 1795262400 },
      'cloudEvents:binary': Buffer.from('hi'),
      'x-death': [{ count: 1 }],
      traceparent: 'hop',
    };
    expect(fromAmqp({ headers, properties: {}, content: Buffer.alloc(0) })).toEqual({
      specversion: '1.0',
      id: 'e-1',
      source: '/a',
      type: 't',
      time: '2026-11-21T12:00:00.000Z',
      extensions: { binary: 'aGk=' },
    });
  });

  it('tells no data from empty data by the content type', () => {
    const { headers } = toAmqp(event);
    const content = Buffer.alloc(0);
    expect(fromAmqp({ headers, properties: {}, content }).data).toBeUndefined();
    expect(fromAmqp({ headers, properties: { contentType: 'a/b' }, content }).data).toHaveLength(0);
  });

  it.each([
    ['no headers', undefined, {}, 'CloudEvents attribute "specversion" is missing'],
    [
      'a fraction',
      { cloudEvents_n: 1.5 },
      {},
      'CloudEvents attribute "n" must be a string, a boolean or a whole number of 32 bits, not 1.5',
    ],
    [
      'a number as id',
      { cloudEvents_id: 1 },
      {},
      'CloudEvents attribute "id" must be a string, not 1',
    ],
    ['a null', { cloudEvents_n: null }, {}, 'CloudEvents attribute "n" is missing'],
    [
      'a table',
      { cloudEvents_n: { a: 1 } },
      {},
      'CloudEvents attribute "n" must be a string, a boolean or a whole number of 32 bits, not a value of type object',
    ],
    [
      'a timestamp out of range',
      { cloudEvents_time: { '!': 'timestamp', value: 2 ** 60 } },
      {},
      'CloudEvents attribute "time" must be a string, not a value of type object',
    ],
    [
      'text that was not UTF-8, which clients give so',
      { cloudEvents_id: 'a\ufffd' },
      {},
      'CloudEvents attribute "cloudEvents_id" must be UTF-8, without U+FFFD, not "a\ufffd"',
    ],
    [
      'another format',
      {},
      { contentType: 'application/cloudevents+avro' },
      'Structured CloudEvents of media type "application/cloudevents+avro" are not read, only "application/cloudevents+json"',
    ],
  ])('refuses %s', (_what, headers, properties, message) => {
    expect(() => fromAmqp({ headers, properties, content: Buffer.alloc(0) })).toThrow(
      expect.objectContaining({ name: 'EnvelopeError', message }),
    );
  });
});
