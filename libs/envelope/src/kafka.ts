import { checked, CheckedEvent } from './checked-event.js';
import type { CloudEvent } from './cloud-event.js';
import { fromJson, isStructured, JSON_EVENT, toJson, type ContentMode } from './json-format.js';
import { headerText } from './header-text.js';

/** The part of a Kafka record that holds an event; its key is the `partitionkey` extension, set by the transport. */
export interface KafkaMessage {
  /** Also what a transport adds its own headers to: the bare `traceparent` is the hop's, `ce_traceparent` the origin's. */
  readonly headers: Record<string, string>;
  readonly value: Uint8Array | null;
}

/**
 * Writes an event for Kafka.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 * @throws EnvelopeError naming the attribute and the value
 */
export function toKafka(event: CloudEvent, mode: ContentMode = 'binary'): KafkaMessage {
  if (mode === 'structured') {
    return {
      headers: { 'content-type': `${JSON_EVENT}; charset=utf-8` },
      value: Buffer.from(toJson(event)),
    };
  }
  const e = checked(event);
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: e.id,
    ce_source: e.source,
    ce_type: e.type,
  };
  if (e.subject !== undefined) headers['ce_subject'] = e.subject;
  if (e.time !== undefined) headers['ce_time'] = e.time;
  if (e.dataschema !== undefined) headers['ce_dataschema'] = e.dataschema;
  if (e.datacontenttype !== undefined) headers['content-type'] = e.datacontenttype;
  for (const name in e.extensions) headers[`ce_${name}`] = String(e.extensions[name]);
  return { headers, value: e.data ?? null };
}

/**
 * Reads an event in either mode. Headers are text or UTF-8 bytes; those that are neither `ce_…` nor
 * `content-type` are left alone. Extensions come back as strings in binary mode: Kafka headers have no types.
 * @throws EnvelopeError naming the attribute and the value
 */
export function fromKafka(message: {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly value: Uint8Array | null;
}): CloudEvent {
  const event = new CheckedEvent();
  let contentType: string | undefined;
  const headers = message.headers ?? {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (name.startsWith('ce_')) {
      event.set(name.slice(3), headerText(name, value));
    } else if (name.length === 12 && name.toLowerCase() === 'content-type') {
      contentType = headerText(name, value);
    }
  }
  if (contentType !== undefined) {
    if (isStructured(contentType)) return fromJson(message.value ?? '');
    event.set('datacontenttype', contentType);
  }
  return event.finish(message.value ?? undefined);
}
