import { effect, signal, untracked } from '@preact/signals';
import { because, statusWords, summary } from '../view/shop-words.js';
import { announcement } from '../../state/alert.js';
import { connection } from '../../state/live.js';
import { now } from './clock.js';
import { orderById, orderUpdated, type OrderUpdate } from './orders.js';
import { traceIdOf } from './stories.js';
import { loadTrace, reportSpan } from './trace.js';

/** How the connection came back the last time. */
export interface Return {
  readonly awayMs: number;
  readonly at: number;
  /** What was missed and came afterwards, in its order. */
  readonly caughtUp: readonly { readonly orderId: string; readonly words: string }[];
}

/** What the page heard over its live connection. */
export const heardCount = signal(0);
export const returned = signal<Return | undefined>(undefined);
export const returns = signal(0);

/** What occurred before the return and comes within this time after it, was missed. */
const catchUpMs = 3_000;
let awaySince: number | undefined;
let everLive = false;

/** Notes how long the connection was away, each time it comes back. */
export function followConnection(): void {
  effect(() => {
    const { phase } = connection.value;
    untracked(() => (phase === 'live' ? came(now()) : wentAway(now())));
  });
}

function came(at: number): void {
  if (everLive && awaySince !== undefined) {
    returned.value = { awayMs: at - awaySince, at, caughtUp: [] };
    returns.value += 1;
  }
  everLive = true;
  awaySince = undefined;
}

function wentAway(at: number): void {
  awaySince ??= at;
}

/** Takes an update: into the list, into the order's story, and to those who hear the page. */
export async function heard(update: OrderUpdate, { fromHistory = false } = {}): Promise<void> {
  const at = now();
  const { orderId, version, status, occurredAt, reason, traceparent } = update;
  const told = { orderId, version, status, occurredAt, reason, traceparent };
  const occurred = Date.parse(occurredAt);
  const back = returned.value;
  const caughtUp =
    !fromHistory && back !== undefined && occurred < back.at && at < back.at + catchUpMs;
  const old = fromHistory && at - occurred > catchUpMs;
  if (!old) heardCount.value += 1;
  await orderUpdated({
    ...withoutUndefined(told),
    ...(old ? {} : { seenAt: at }),
    ...(caughtUp ? { caughtUp: true as const } : {}),
  });
  const order = orderById.value.get(orderId);
  const words = `${order ? summary(order.lines) : 'An order'}: ${statusWords[status].toLowerCase()}${
    reason ? `, ${because(reason)}` : ''
  }`;
  if (caughtUp && back)
    returned.value = { ...back, caughtUp: [...back.caughtUp, { orderId, words }] };
  if (version > 1 && !old) announcement.value = words;
  if (!old && !caughtUp) painted(update, at);
}

/** The last stop of the trace: the update is on the screen. */
function painted({ traceparent, version }: OrderUpdate, start: number): void {
  const traceId = traceIdOf(traceparent);
  const parentSpanId = traceparent?.split('-')[2];
  if (!traceId || !parentSpanId || document.hidden) return;
  requestAnimationFrame(() =>
    setTimeout(() => {
      const attributes = { 'mesh.order.version': version };
      const name = 'paint order.updated';
      void reportSpan({ traceId, parentSpanId, name, start, end: now(), attributes }).then(() =>
        loadTrace(traceId).catch(() => undefined),
      );
    }),
  );
}

function withoutUndefined(update: {
  readonly [Key in keyof OrderUpdate]?: OrderUpdate[Key] | undefined;
}): OrderUpdate {
  return Object.fromEntries(
    Object.entries(update).filter(([, value]) => value !== undefined),
  ) as unknown as OrderUpdate;
}
