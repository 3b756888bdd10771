import type { OrderStatus, OrderUpdated, Resync, StockUpdated } from './events.js';
import { LiveError, type LiveErrorCode } from './live-error.js';

/** What a gateway sends of its own accord. */
export type Message =
  | { readonly name: 'order.updated'; readonly update: OrderUpdated }
  | { readonly name: 'resync'; readonly orderId: string | undefined; readonly resync: Resync }
  | { readonly name: 'stock.updated'; readonly update: StockUpdated }
  | { readonly name: 'closing'; readonly error: LiveError }
  | { readonly name: 'token.expiring' };

export type Ack =
  | { readonly ok: true; readonly cursor?: string; readonly ended: readonly unknown[] }
  | { readonly ok: false; readonly error: LiveError };

type Fields = Readonly<Record<string, unknown>>;
type Reader = (fields: Fields) => Message | undefined;

/** Undefined for what this client does not know, or what is not of the contract. */
export function readMessage(name: string, message: unknown): Message | undefined {
  return Object.hasOwn(readers, name) ? readers[name]?.(fieldsOf(message)) : undefined;
}

const readers: Readonly<Record<string, Reader>> = {
  'order.updated': ({ orderId, version, cursor, ...rest }) => {
    if (!isText(orderId) || !isVersion(version) || !isText(cursor)) return undefined;
    const { status, occurredAt, reason, traceparent, conflated } = rest;
    const update: OrderUpdated = {
      ...{ type: 'updated', orderId, version, status: status as OrderStatus },
      occurredAt: String(occurredAt),
      ...(isText(reason) && { reason }),
      ...{ traceparent: String(traceparent), cursor, conflated: conflated === true },
    };
    return { name: 'order.updated', update };
  },
  resync: ({ orderId, reason, snapshot, cursor }) => {
    if (!isText(cursor)) return undefined;
    const resync = { type: 'resync', reason, snapshot: snapshot ?? null, cursor } as Resync;
    return { name: 'resync', orderId: isText(orderId) ? orderId : undefined, resync };
  },
  'stock.updated': ({ sku, available, version }) => {
    if (!isText(sku) || typeof available !== 'number' || !isVersion(version)) return undefined;
    return { name: 'stock.updated', update: { type: 'updated', sku, available, version } };
  },
  closing: (fields) => ({ name: 'closing', error: readRefusal(fields) }),
  'token.expiring': () => ({ name: 'token.expiring' }),
};

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
  const { orderId, feed } = fieldsOf(subscription);
  return isText(orderId) ? `order ${orderId}` : String(feed);
}

function fieldsOf(message: unknown): Fields {
  return typeof message === 'object' && message !== null ? (message as Fields) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
