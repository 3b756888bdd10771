import { checked, CheckedEvent } from './checked-event.js';
import type { CloudEvent } from './cloud-event.js';
import { invalid } from './errors.js';
import { headerText } from './header-text.js';
import { fromJson, isStructured, JSON_EVENT, toJson, type ContentMode } from './json-format.js';

/** The part of an HTTP request or response that holds an event. */
export interface HttpMessage {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | null;
}

const TO_ENCODE = /[^\x21\x23\x24\x26-\x7e]/gu;
const ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;
const QUOTED = /^"(?:[^"\\]|\\.)*"$/s;

/**
 * Writes an event for HTTP; attribute values are percent-encoded.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 * @throws EnvelopeError naming the attribute and the value
 */
export function toHttp(event: CloudEvent, mode: ContentMode = 'binary'): HttpMessage {
  if (mode === 'structured') {
    return {
      headers: { 'content-type': `${JSON_EVENT}; charset=utf-8` },
      body: Buffer.from(toJson(event)),
    };
  }
  const e = checked(event);
  const headers: Record<string, string> = {
    'ce-specversion': '1.0',
    'ce-id': encode(e.id),
    'ce-source': encode(e.source),
    'ce-type': encode(e.type),
  };
  if (e.subject !== undefined) headers['ce-subject'] = encode(e.subject);
  if (e.time !== undefined) headers['ce-time'] = e.time;
  if (e.dataschema !== undefined) headers['ce-dataschema'] = encode(e.dataschema);
  if (e.datacontenttype !== undefined) headers['content-type'] = e.datacontenttype;
  for (const name in e.extensions) headers[`ce-${name}`] = encode(String(e.extensions[name]));
  return { headers, body: e.data ?? null };
}

/**
 * Reads an event in either mode; header names in any case. Headers that are neither `ce-…` nor
 * `content-type` are left alone. Extensions come back as strings in binary mode. No body counts as
 * no data only where there is no content type either.
 * @throws EnvelopeError naming the attribute and the value
 */
export function fromHttp(message: {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array | null;
}): CloudEvent {
  const event = new CheckedEvent();
  let contentType: string | undefined;
  for (const given in message.headers) {
    const value = message.headers[given];
    if (value === undefined) continue;
    const name = given.toLowerCase();
    if (name.startsWith('ce-')) event.set(name.slice(3), decode(name, headerText(name, value)));
    else if (name === 'content-type') contentType = headerText(name, value);
  }
  if (contentType !== undefined) {
    if (isStructured(contentType)) return fromJson(message.body ?? '');
    event.set('datacontenttype', contentType);
  }
  const empty = contentType === undefined && message.body?.byteLength === 0;
  return event.finish(empty ? undefined : (message.body ?? undefined));
}

function encode(value: string): string {
  return value.replace(TO_ENCODE, encodeURIComponent);
}

/** A `%` that begins no encoded byte stands for itself: the official SDK does not encode it. */
function decode(name: string, value: string): string {
  const text = QUOTED.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value;
  if (!text.includes('%')) return text;
  try {
    return text.replace(ENCODED, decodeURIComponent);
  } catch {
    throw invalid(name, 'be percent-encoded UTF-8', value);
  }
}
