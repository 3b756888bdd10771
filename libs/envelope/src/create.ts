import { randomUUID } from 'node:crypto';
import { CheckedEvent } from './checked-event.js';
import type { CloudEvent, ExtensionValue } from './cloud-event.js';

/** What a producer says about its event; the rest is filled in. */
export interface NewEvent {
  /** @default a UUID version 7: ids made one after another stay close in an index */
  readonly id?: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** RFC 3339. @default now */
  readonly time?: string;
  readonly datacontenttype?: string;
  /** A URI with a scheme. */
  readonly dataschema?: string;
  /** Undefined values are left out. */
  readonly extensions?: Readonly<Record<string, ExtensionValue | undefined>>;
  readonly data?: Uint8Array;
}

/**
 * A valid CloudEvents 1.0 event.
 * @throws EnvelopeError naming the attribute and the value
 */
export function createEvent(input: NewEvent): CloudEvent {
  const event = new CheckedEvent();
  event.specversion = '1.0';
  event.set('source', input.source);
  event.set('type', input.type);
  const now = new Date();
  if (input.id === undefined) event.id = newId(now.getTime());
  else event.set('id', input.id);
  if (input.time === undefined) event.time = now.toISOString();
  else event.set('time', input.time);
  if (input.subject !== undefined) event.set('subject', input.subject);
  if (input.datacontenttype !== undefined) event.set('datacontenttype', input.datacontenttype);
  if (input.dataschema !== undefined) event.set('dataschema', input.dataschema);
  if (input.extensions !== undefined) {
    for (const name of Object.keys(input.extensions)) {
      const value = input.extensions[name];
      if (value !== undefined) event.setExtension(name, value);
    }
  }
  return event.finish(input.data);
}

/** A UUID version 7 (RFC 9562): 48 bits of time, the rest random. */
function newId(timeMs: number): string {
  const time = timeMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
