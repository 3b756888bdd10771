import { AsyncLocalStorage } from 'node:async_hooks';
import type { Principal } from '../auth/principal.js';

/** What a piece of work knows about the call that it is part of, and passes on to the calls that it makes. */
export interface CallContext {
  /** Milliseconds since the epoch; after it nobody waits for the answer. Undefined for streams and background work. */
  deadline?: number;
  /** Aborted when the caller went away, the deadline passed or the service stops. */
  readonly signal?: AbortSignal;
  /** Of an HTTP request: what its answer bears as X-Request-Id. */
  readonly requestId?: string;
  /** The caller's token as it came. */
  readonly token?: string;
  /** The caller, once the token is verified. */
  principal?: Principal;
}

/** Calls made for a request that has come whole give up after this. */
const requestDeadlineMs = 10_000;

const storage = new AsyncLocalStorage<CallContext>();

/** The context of the call being served; empty outside of any. */
export function callContext(): CallContext {
  return storage.getStore() ?? {};
}

/** Runs `fn` as part of a call; everything that it awaits sees the context. */
export function runInCall<T>(context: CallContext, fn: () => T): T {
  return storage.run(context, fn);
}

/** Makes the rest of this async execution part of a call; for servers whose hooks can't wrap the handler. */
export function enterCall(context: CallContext): void {
  storage.enterWith(context);
}

/** When nobody waits any more for the answer to a request that is whole now. */
export function requestDeadline(): number {
  return Date.now() + requestDeadlineMs;
}

/** The body of the request being served has come: the time that it took is not its handler's. */
export function restartDeadline(): void {
  const context = storage.getStore();
  if (context?.deadline !== undefined) context.deadline = requestDeadline();
}
