import fc from 'fast-check';
import { createEvent } from '../create.js';
import type { CloudEvent } from '../cloud-event.js';

const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;
/** Core names, and two that the official SDK keeps for CloudEvents 0.3. */
const TAKEN =
  /^(specversion|id|source|type|subject|time|datacontenttype|dataschema|data|schemaurl|datacontentencoding)$/;

/** Any text that CloudEvents allows, beyond the basic plane too. */
export const unicodeText = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 30 })
  .map((text) => text.replace(FORBIDDEN, '☃'));

/** Printable ASCII without the characters that the HTTP binding escapes. */
export const plainText = fc.stringMatching(/^[\x21\x23\x24\x26-\x7e]{1,30}$/);

const time = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const source = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.constantFrom('/job', 'urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66', 'mailto:a@b.example'),
  fc.webPath().filter((path) => path !== '' && !path.startsWith('//')),
);
const name = fc.stringMatching(/^[a-z0-9]{1,20}$/).filter((text) => !TAKEN.test(text));
const data = fc.uint8Array({ maxLength: 100 });

/** Valid events with binary data. `text` makes the free text; extensions are text unless `typed`. */
export function arbitraryEvent(
  text: fc.Arbitrary<string> = unicodeText,
  { typed = false } = {},
): fc.Arbitrary<CloudEvent> {
  const value = typed
    ? fc.oneof(text, fc.boolean(), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))
    : text;
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  return fc
    .record({
      id: text,
      source,
      type: text,
      time,
      subject: optional(text),
      datacontenttype: fc.constantFrom('application/protobuf', 'application/octet-stream'),
      dataschema: optional(fc.webUrl()),
      extensions: fc.dictionary(name, value, { maxKeys: 6 }),
      data,
    })
    .map(createEvent);
}
