import { checked, CheckedEvent } from './checked-event.js';
import type { CloudEvent, ExtensionValue } from './cloud-event.js';
import { invalid } from './errors.js';
import { headerText } from './header-text.js';
import { fromJson, isStructured, JSON_EVENT, toJson, type ContentMode } from './json-format.js';

/** The part of an AMQP 0-9-1 message that holds an event. */
export interface AmqpMessage {
  /** Also what a transport adds its own headers to: the bare `traceparent` is the hop's. */
  readonly headers: Record<string, ExtensionValue>;
  readonly properties: {
    readonly contentType?: string;
    /** The event's id and type, for people and tools; left out when longer than AMQP allows. */
    readonly messageId?: string;
    readonly type?: string;
    /** Seconds since 1970. */
    readonly timestamp?: number;
  };
  readonly content: Buffer;
}

/** Both prefixes of the AMQP 1.0 binding are read; the first is written, since any broker and JMS client takes it. */
const WRITTEN = 'cloudEvents_';
const READ = /^cloudEvents[_:]/;
const MAX_SHORT_STRING_BYTES = 255;

/**
 * Writes an event for AMQP 0-9-1, naming headers as the AMQP 1.0 binding names application
 * properties; booleans and integers keep their types.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md
 * @throws EnvelopeError naming the attribute and the value
 */
export function toAmqp(event: CloudEvent, mode: ContentMode = 'binary'): AmqpMessage {
  const e = checked(event);
  const properties = {
    contentType: mode === 'structured' ? `${JSON_EVENT}; charset=utf-8` : e.datacontenttype,
    messageId: shortString(e.id),
    type: shortString(e.type),
    timestamp: e.time === undefined ? undefined : seconds(e.time),
  };
  if (mode === 'structured') return { headers: {}, properties, content: Buffer.from(toJson(e)) };
  const headers: Record<string, ExtensionValue> = {
    [`${WRITTEN}specversion`]: '1.0',
    [`${WRITTEN}id`]: e.id,
    [`${WRITTEN}source`]: e.source,
    [`${WRITTEN}type`]: e.type,
  };
  if (e.subject !== undefined) headers[`${WRITTEN}subject`] = e.subject;
  if (e.time !== undefined) headers[`${WRITTEN}time`] = e.time;
  if (e.dataschema !== undefined) headers[`${WRITTEN}dataschema`] = e.dataschema;
  for (const name in e.extensions) {
    headers[WRITTEN + name] = e.extensions[name] as ExtensionValue;
  }
  for (const name in headers) checkReadable(name, headers[name]);
  const content =
    e.data === undefined
      ? Buffer.alloc(0)
      : Buffer.from(e.data.buffer, e.data.byteOffset, e.data.byteLength);
  return { headers, properties, content };
}

/**
 * Reads an event in either mode. Headers without one of the prefixes are left alone. No content
 * counts as no data only where there is no content type either.
 * @throws EnvelopeError naming the attribute and the value
 */
export function fromAmqp(message: {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly properties: { readonly contentType?: unknown };
  readonly content: Uint8Array;
}): CloudEvent {
  const given = message.properties.contentType;
  const contentType = given === undefined ? undefined : headerText('content-type', given);
  if (contentType !== undefined && isStructured(contentType)) return fromJson(message.content);
  const event = new CheckedEvent();
  const headers = message.headers ?? {};
  for (const name in headers) {
    if (READ.test(name)) event.set(name.slice(WRITTEN.length), attribute(name, headers[name]));
  }
  if (contentType !== undefined) event.set('datacontenttype', contentType);
  const empty = message.content.byteLength === 0 && event.datacontenttype === undefined;
  return event.finish(empty ? undefined : message.content);
}

/** amqplib gives text and numbers as they are, other types as bytes or as `{ '!': type, value }`. */
function attribute(name: string, value: unknown): unknown {
  checkReadable(name, value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if ('!' in value && value['!'] === 'timestamp' && 'value' in value) {
    const time = new Date(Number(value.value) * 1000);
    return Number.isNaN(time.getTime()) ? value : time.toISOString();
  }
  return value;
}

/**
 * Readers get U+FFFD where text is not UTF-8, and can't tell it from one that was sent: two ids that
 * differ there would be one.
 */
function checkReadable(name: string, value: unknown): void {
  if (typeof value === 'string' && value.includes('\ufffd'))
    throw invalid(name, 'be UTF-8, without U+FFFD', value);
}

function shortString(text: string): string | undefined {
  return Buffer.byteLength(text) <= MAX_SHORT_STRING_BYTES ? text : undefined;
}

/** Undefined before 1970, which AMQP can't say. */
function seconds(time: string): number | undefined {
  const value = Math.floor(Date.parse(time) / 1000);
  return value >= 0 ? value : undefined;
}
