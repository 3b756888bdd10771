import { CloudEvent as SdkEvent } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvent } from './create.js';
import { fromJson, toJson } from './json-format.js';

const minimal = { id: '1', source: '/a', type: 't', time: '2026-11-21T12:00:00Z' };
const attributes = { specversion: '1.0', ...minimal };
const json = (data: string | Uint8Array, datacontenttype = 'application/json') =>
  createEvent({ ...minimal, datacontenttype, data: Buffer.from(data) });

describe('toJson', () => {
  it('embeds JSON data, and gives any other as Base64', () => {
    expect(JSON.parse(toJson(json('{"a": 1}', 'application/vnd.x+json; v=1')))).toMatchObject({
      data: { a: 1 },
    });
    expect(JSON.parse(toJson(json('{"a": 1}', 'text/plain')))).toMatchObject({
      data_base64: 'eyJhIjogMX0=',
    });
    expect(toJson(createEvent(minimal))).toBe(JSON.stringify(attributes));
  });

  it.each([['{"a"'], [''], [new Uint8Array([0xff])]])(
    'gives data that only claims to be JSON as Base64',
    (data) => {
      const event = json(data);
      expect(fromJson(toJson(event)).data).toEqual(Buffer.from(data));
    },
  );
});

describe('fromJson', () => {
  it('reads JSON data back, as the official SDK does', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
        const data = JSON.stringify(value);
        const document = toJson(json(data));
        expect(Buffer.from(fromJson(document).data ?? '').toString()).toBe(data);
        expect(new SdkEvent(JSON.parse(document)).data).toEqual(JSON.parse(data));
      }),
    );
  });

  it('takes text data of another media type, and null for absent', () => {
    const event = fromJson(
      JSON.stringify({ ...attributes, subject: null, datacontenttype: 'text/plain', data: 'é' }),
    );
    expect(event.data).toEqual(Buffer.from('é'));
    expect(event.subject).toBeUndefined();
  });

  it.each([
    ['text', 'UNDECODABLE', 'The structured CloudEvent is not JSON in UTF-8'],
    ['[]', 'UNDECODABLE', 'The structured CloudEvent is not a JSON object'],
    ['{}', 'ATTRIBUTE_MISSING', 'CloudEvents attribute "specversion" is missing'],
    [
      JSON.stringify({ ...attributes, data: 1, data_base64: '' }),
      'UNDECODABLE',
      'The structured CloudEvent has both "data" and "data_base64"',
    ],
    [
      JSON.stringify({ ...attributes, data_base64: 'ab*' }),
      'ATTRIBUTE_INVALID',
      'CloudEvents attribute "data_base64" must be Base64 (RFC 4648), not null',
    ],
    [
      JSON.stringify({ ...attributes, datacontenttype: 'text/plain', data: {} }),
      'UNDECODABLE',
      'Data of media type "text/plain" must be a JSON string',
    ],
    [
      JSON.stringify({ ...attributes, ext: { nested: true } }),
      'ATTRIBUTE_INVALID',
      'CloudEvents attribute "ext" must be a string, a boolean or a whole number of 32 bits, not a value of type object',
    ],
    [
      '"'.padEnd(2 * 1024 * 1024 + 1),
      'TOO_LARGE',
      'CloudEvents attribute "data" must have at most 2097152 bytes as JSON, not 2097153',
    ],
  ])('refuses %.40s', (document, code, message) => {
    expect(() => fromJson(document)).toThrow(expect.objectContaining({ code, message }));
  });
});
