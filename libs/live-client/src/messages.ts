import { LiveError, type LiveErrorCode } from './live-error.js';

export type Fields = Readonly<Record<string, unknown>>;

/** What a gateway sends of its own accord, by name; what it means is known where it is awaited. */
export interface Message {
  readonly name: string;
  readonly fields: Fields;
}

export type Ack =
  | { readonly ok: true; readonly cursor?: string; readonly ended: readonly unknown[] }
  | { readonly ok: false; readonly error: LiveError };

export function readMessage(name: string, message: unknown): Message {
  return { name, fields: fieldsOf(message) };
}

export function readAck(message: unknown): Ack {
  const { ok, cursor, ended } = fieldsOf(message);
  if (ok !== true) return { ok: false, error: readRefusal(message) };
  return { ok, ...(isText(cursor) && { cursor }), ended: Array.isArray(ended) ? ended : [] };
}

/** `{code, message, limit?, retryAfterMs?}`, as in acks and in the data of a connect error. */
export function readRefusal(data: unknown): LiveError {
  const { code, message, limit, retryAfterMs } = fieldsOf(data);
  return new LiveError(
    isText(code) ? (code as LiveErrorCode) : 'INTERNAL',
    isText(message) ? message : 'The gateway refused and did not say why',
    {
      ...(typeof limit === 'number' && { limit }),
      ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
    },
  );
}

/** The topic that a subscription's message is of. */
export function topicOf(subscription: unknown): string {
  const { feed, ...rest } = fieldsOf(subscription);
  if (isText(feed)) return feed;
  const [[idField, id] = []] = Object.entries(rest);
  return `${idField} ${String(id)}`;
}

function fieldsOf(message: unknown): Fields {
  return typeof message === 'object' && message !== null ? (message as Fields) : {};
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
