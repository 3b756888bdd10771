import {
  checkContentType,
  checkDataSchema,
  checkExtension,
  checkNonEmpty,
  checkSource,
  checkTime,
} from './attributes.js';
import type { CloudEvent, ExtensionValue } from './cloud-event.js';
import { missing, tooLarge, unsupported } from './errors.js';

/** Of one event; below what Kafka and RabbitMQ take with their defaults. */
export const MAX_DATA_BYTES = 1024 * 1024;

/**
 * An event whose every attribute was checked. Bindings fill one as they read; encoding one again
 * costs no second check, while a copy or an object made by hand is checked first.
 */
export class CheckedEvent implements CloudEvent {
  specversion = '' as '1.0';
  id = '';
  source = '';
  type = '';
  subject: string | undefined = undefined;
  time: string | undefined = undefined;
  datacontenttype: string | undefined = undefined;
  dataschema: string | undefined = undefined;
  readonly extensions: Record<string, ExtensionValue> = {};
  data: Uint8Array | undefined = undefined;

  /** @throws EnvelopeError naming the attribute and the value */
  set(name: string, value: unknown): void {
    switch (name) {
      case 'specversion':
        if (value !== '1.0') throw unsupported(value);
        this.specversion = value;
        return;
      case 'id':
      case 'type':
      case 'subject':
        this[name] = checkNonEmpty(name, value);
        return;
      case 'source':
        this.source = checkSource(value);
        return;
      case 'time':
        this.time = checkTime(value);
        return;
      case 'datacontenttype':
        this.datacontenttype = checkContentType(value);
        return;
      case 'dataschema':
        this.dataschema = checkDataSchema(value);
        return;
      default:
        this.setExtension(name, value);
    }
  }

  /** @throws EnvelopeError also when the name is a core attribute's */
  setExtension(name: string, value: unknown): void {
    this.extensions[name] = checkExtension(name, value);
  }

  /** @throws EnvelopeError when a required attribute is missing or the data is too large */
  finish(data: Uint8Array | undefined): CloudEvent {
    if (this.specversion !== '1.0') throw missing('specversion');
    if (this.id === '') throw missing('id');
    if (this.source === '') throw missing('source');
    if (this.type === '') throw missing('type');
    if (data !== undefined && data.byteLength > MAX_DATA_BYTES) {
      throw tooLarge('data', `${MAX_DATA_BYTES} bytes`, `${data.byteLength}`);
    }
    this.data = data;
    return this;
  }
}

const CORE = ['specversion', 'id', 'source', 'type'] as const;
const OPTIONAL = ['subject', 'time', 'datacontenttype', 'dataschema'] as const;

/**
 * The event itself when its attributes are known to be good, else a checked copy.
 * @throws EnvelopeError naming the attribute and the value
 */
export function checked(event: CloudEvent): CloudEvent {
  if (event instanceof CheckedEvent) return event;
  const copy = new CheckedEvent();
  for (const name of CORE) {
    if (event[name] === undefined) throw missing(name);
    copy.set(name, event[name]);
  }
  for (const name of OPTIONAL) if (event[name] !== undefined) copy.set(name, event[name]);
  for (const name of Object.keys(event.extensions)) {
    copy.setExtension(name, event.extensions[name]);
  }
  return copy.finish(event.data);
}
