import { CloudEvent as SdkEvent } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvent, type NewEvent } from './create.js';
import { EnvelopeError } from './errors.js';
import { arbitraryEvent } from './testing/arbitrary-event.js';

const minimal: NewEvent = { source: '/job', type: 'mesh.probe.v1.JobPlaced' };

function refusal(input: object): EnvelopeError {
  try {
    createEvent({ ...minimal, ...input });
  } catch (error) {
    if (error instanceof EnvelopeError) return error;
    throw error;
  }
  throw new Error('the event was accepted');
}

describe('createEvent', () => {
  it('fills in specversion, a time-ordered id and the time', () => {
    const before = Date.now();
    const [first, second] = [createEvent(minimal), createEvent(minimal)];
    expect(first.specversion).toBe('1.0');
    expect(first.id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(first.id).not.toBe(second.id);
    expect(parseInt(first.id.replace('-', '').slice(0, 12), 16)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(first.time ?? '')).toBeGreaterThanOrEqual(before);
  });

  it('keeps what it is given and leaves out what is undefined', () => {
    const given = {
      id: 'a',
      source: '/job',
      type: 't',
      subject: 's',
      time: '2026-02-28T23:59:59.5+01:00',
      datacontenttype: 'application/json; charset="utf-8"',
      dataschema: 'https://example.com/schema',
      data: new Uint8Array([1]),
    };
    expect(
      createEvent({ ...given, extensions: { n: 1, b: true, s: '', none: undefined } }),
    ).toEqual({
      specversion: '1.0',
      ...given,
      extensions: { n: 1, b: true, s: '' },
    });
  });

  it.each([
    [{ id: '' }, 'CloudEvents attribute "id" must not be empty, not ""'],
    [{ id: 7 }, 'CloudEvents attribute "id" must be a string, not 7'],
    [{ type: {} }, 'CloudEvents attribute "type" must be a string, not a value of type object'],
    [
      { subject: 'a\u0000b' },
      'CloudEvents attribute "subject" must have no control characters, lone surrogates or noncharacters, not "a\\u0000b"',
    ],
    [
      { subject: '\ud800' },
      'CloudEvents attribute "subject" must have no control characters, lone surrogates or noncharacters, not "\\ud800"',
    ],
    [
      { source: 'not a uri' },
      'CloudEvents attribute "source" must be a URI reference (RFC 3986), not "not a uri"',
    ],
    [
      { dataschema: 'type.example/T' },
      'CloudEvents attribute "dataschema" must be a URI with a scheme (RFC 3986), not "type.example/T"',
    ],
    [
      { time: '2026-02-29T00:00:00Z' },
      'CloudEvents attribute "time" must be an RFC 3339 timestamp such as 2026-01-31T12:00:00Z, not "2026-02-29T00:00:00Z"',
    ],
    [
      { datacontenttype: 'json' },
      'CloudEvents attribute "datacontenttype" must be a media type (RFC 2046), not "json"',
    ],
    [
      { extensions: { n: 1.5 } },
      'CloudEvents attribute "n" must be a string, a boolean or a whole number of 32 bits, not 1.5',
    ],
    [
      { extensions: { n: 2 ** 31 } },
      'CloudEvents attribute "n" must be a string, a boolean or a whole number of 32 bits, not 2147483648',
    ],
    [
      { extensions: { traceParent: 'x' } },
      'CloudEvents attribute "traceParent" must have a name of 1 to 200 lower-case letters and digits that is no core attribute\'s, not "traceParent"',
    ],
    [
      { extensions: { data: 'x' } },
      'CloudEvents attribute "data" must have a name of 1 to 200 lower-case letters and digits that is no core attribute\'s, not "data"',
    ],
    [
      { extensions: { ['__proto__']: 'x' } },
      'CloudEvents attribute "__proto__" must have a name of 1 to 200 lower-case letters and digits that is no core attribute\'s, not "__proto__"',
    ],
  ])('refuses %j', (input, message) => {
    expect(refusal(input)).toMatchObject({ code: 'ATTRIBUTE_INVALID', message, retryable: false });
  });

  it('refuses what is too large, and shows only its beginning', () => {
    expect(refusal({ subject: 'x'.repeat(8193) })).toMatchObject({
      code: 'TOO_LARGE',
      attribute: 'subject',
      message: 'CloudEvents attribute "subject" must have at most 8192 characters, not 8193',
    });
    expect(refusal({ id: 'ü'.repeat(513) }).message).toBe(
      'CloudEvents attribute "id" must have at most 1024 bytes, not 1026',
    );
    expect(refusal({ extensions: { partitionkey: 'x'.repeat(1025) } })).toMatchObject({
      code: 'TOO_LARGE',
      attribute: 'partitionkey',
    });
    expect(refusal({ data: new Uint8Array(1024 * 1024 + 1) })).toMatchObject({
      code: 'TOO_LARGE',
      attribute: 'data',
      message: 'CloudEvents attribute "data" must have at most 1048576 bytes, not 1048577',
    });
    expect(refusal({ time: '9'.repeat(100) }).message).toBe(
      `CloudEvents attribute "time" must be an RFC 3339 timestamp such as 2026-01-31T12:00:00Z, not "${'9'.repeat(80)}"… (100 characters)`,
    );
  });

  it('accepts nothing that the official SDK refuses', () => {
    fc.assert(
      fc.property(arbitraryEvent(), ({ extensions, data, ...attributes }) => {
        new SdkEvent({ ...attributes, ...extensions, data: Buffer.from(data ?? '') }, true);
      }),
    );
  });

  it.each(['source', 'dataschema'] as const)(
    'accepts no %s that the official SDK refuses',
    (name) => {
      const uriLike = fc.stringMatching(
        /^([a-z]{1,3}:)?[a-zA-Z0-9:/?#[\]@!$&'()*+,;=%_~. "-]{1,20}$/,
      );
      fc.assert(
        fc.property(uriLike, (value) => {
          const input = { ...minimal, id: 'a', [name]: value };
          try {
            createEvent(input);
          } catch {
            return;
          }
          new SdkEvent(input, true);
        }),
        { numRuns: 2000 },
      );
    },
  );
});
