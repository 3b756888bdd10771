import { CloudEvent as SdkEvent, Kafka } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvent } from './create.js';
import { EnvelopeError } from './errors.js';
import { fromKafka, toKafka } from './kafka.js';
import { arbitraryEvent } from './testing/arbitrary-event.js';
import { attributesOf, sameAs, sdkInput } from './testing/sdk.js';

const event = createEvent({
  id: 'e-1',
  source: '/job',
  type: 'mesh.probe.v1.JobPlaced',
  subject: 'o-1',
  time: '2026-11-21T12:00:00Z',
  datacontenttype: 'application/protobuf',
  dataschema: 'https://type.googleapis.com/mesh.probe.v1.JobPlaced',
  extensions: { partitionkey: 'o-1', traceparent: 'tp', sequence: '1' },
  data: new Uint8Array([1, 2, 3]),
});
const written = toKafka(event);

/** Header values as a Kafka client hands them over. */
const onTheWire = (headers: object) =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, Buffer.from(String(value))]),
  );

describe('toKafka', () => {
  it('writes attributes as ce_ headers and the data as the value', () => {
    expect(written).toEqual({
      headers: {
        ce_specversion: '1.0',
        ce_id: 'e-1',
        ce_source: '/job',
        ce_type: 'mesh.probe.v1.JobPlaced',
        ce_subject: 'o-1',
        ce_time: '2026-11-21T12:00:00Z',
        ce_dataschema: 'https://type.googleapis.com/mesh.probe.v1.JobPlaced',
        'content-type': 'application/protobuf',
        ce_partitionkey: 'o-1',
        ce_traceparent: 'tp',
        ce_sequence: '1',
      },
      value: new Uint8Array([1, 2, 3]),
    });
  });

  it('tells no data from empty data', () => {
    const bare = { source: '/job', type: 't' };
    expect(toKafka(createEvent(bare)).value).toBeNull();
    expect(toKafka(createEvent({ ...bare, data: new Uint8Array() })).value).toEqual(
      new Uint8Array(),
    );
    expect(fromKafka(toKafka(createEvent(bare))).data).toBeUndefined();
    expect(fromKafka(toKafka(createEvent({ ...bare, data: new Uint8Array() }))).data).toHaveLength(
      0,
    );
  });

  it('checks an event that was not made by createEvent', () => {
    expect(() => toKafka({ ...event, time: 'noon' })).toThrow(
      new EnvelopeError(
        'ATTRIBUTE_INVALID',
        'CloudEvents attribute "time" must be an RFC 3339 timestamp such as 2026-01-31T12:00:00Z, not "noon"',
        'time',
      ),
    );
    expect(() => toKafka({ ...event, extensions: { id: 'other' } })).toThrow(
      'CloudEvents attribute "id" must have a name of 1 to 200 lower-case letters and digits that is no core attribute\'s, not "id"',
    );
  });
});

describe('fromKafka', () => {
  it('reads what toKafka wrote, in both modes', () => {
    fc.assert(
      fc.property(arbitraryEvent(), fc.constantFrom('binary', 'structured'), (e, mode) => {
        const { headers, value } = toKafka(e, mode);
        expect(fromKafka({ headers, value })).toEqual(sameAs(e));
        expect(fromKafka({ headers: onTheWire(headers), value })).toEqual(sameAs(e));
      }),
    );
  });

  it("leaves the hop's own headers alone", () => {
    const headers = { ...written.headers, traceparent: 'hop', 'mesh-hop': 'x', ce_none: undefined };
    expect(fromKafka({ headers, value: written.value }).extensions).toEqual(event.extensions);
  });

  it('takes content-type in any case and over ce_datacontenttype', () => {
    const rest = { ...written.headers };
    delete rest['content-type'];
    const headers = { 'Content-Type': 'text/plain', ...rest, ce_datacontenttype: 'text/xml' };
    expect(fromKafka({ headers, value: null }).datacontenttype).toBe('text/plain');
    expect(
      fromKafka({ headers: { ...rest, ce_datacontenttype: 'text/xml' }, value: null }),
    ).toMatchObject({
      datacontenttype: 'text/xml',
    });
  });

  it.each([
    ['no headers', {}, 'ATTRIBUTE_MISSING', 'CloudEvents attribute "specversion" is missing'],
    [
      'a missing id',
      { ...written.headers, ce_id: undefined },
      'ATTRIBUTE_MISSING',
      'CloudEvents attribute "id" is missing',
    ],
    [
      'another version',
      { ...written.headers, ce_specversion: '0.3' },
      'SPECVERSION_UNSUPPORTED',
      'CloudEvents attribute "specversion" must be "1.0", not "0.3"',
    ],
    [
      'bytes that are not UTF-8',
      { ...written.headers, ce_subject: Buffer.from([0xff]) },
      'ATTRIBUTE_INVALID',
      'CloudEvents attribute "ce_subject" must be UTF-8, not a value of type object',
    ],
    [
      'a header given twice',
      { ...written.headers, ce_subject: ['a', 'b'] },
      'ATTRIBUTE_INVALID',
      'CloudEvents attribute "ce_subject" must be one header of text, not a value of type array',
    ],
    [
      'a name out of the character set',
      { ...written.headers, 'ce_Bad-Name': 'a' },
      'ATTRIBUTE_INVALID',
      'CloudEvents attribute "Bad-Name" must have a name of 1 to 200 lower-case letters and digits that is no core attribute\'s, not "Bad-Name"',
    ],
    [
      'a batch',
      { 'content-type': 'application/cloudevents-batch+json' },
      'UNDECODABLE',
      'Structured CloudEvents of media type "application/cloudevents-batch+json" are not read, only "application/cloudevents+json"',
    ],
    [
      'a structured event that is not JSON',
      { 'content-type': 'application/cloudevents+json' },
      'UNDECODABLE',
      'The structured CloudEvent is not JSON in UTF-8',
    ],
  ])('refuses %s', (_what, headers, code, message) => {
    expect(() => fromKafka({ headers, value: Buffer.from([0xff]) })).toThrow(
      expect.objectContaining({ name: 'EnvelopeError', code, message }),
    );
  });
});

describe('beside the official SDK', () => {
  it('is read by it', () => {
    fc.assert(
      fc.property(arbitraryEvent(), fc.constantFrom('binary', 'structured'), (e, mode) => {
        const { headers, value } = toKafka(e, mode);
        const body = mode === 'binary' ? value : Buffer.from(value ?? '').toString();
        const key = e.extensions['partitionkey'];
        const read = Kafka.toEvent({ headers, body, value: body, key } as never) as SdkEvent;
        expect(attributesOf(read)).toEqual(attributesOf(sdkInput(e)));
      }),
    );
  });

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(arbitraryEvent(), fc.constantFrom('binary', 'structured'), (e, mode) => {
        // Structured, the SDK writes empty data as both "data" and "data_base64", which the format forbids.
        fc.pre(mode === 'binary' || e.data?.length !== 0);
        const message = Kafka[mode](new SdkEvent(sdkInput(e)) as never);
        const value = Buffer.from(message.body as Uint8Array | string);
        expect(fromKafka({ headers: onTheWire(message.headers), value })).toEqual(sameAs(e));
      }),
    );
  });
});
