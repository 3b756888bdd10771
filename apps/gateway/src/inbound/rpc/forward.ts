import type { DescMethodServerStreaming, DescMethodUnary, Message } from '@bufbuild/protobuf';
import type { HandlerContext } from '@connectrpc/connect';
import { AppError, callContext, restartDeadline, viewError } from '@mesh/service-kit';
import type { Logger } from '@mesh/tracing';
import type { RpcService } from '../../use-cases/rpc-service.js';
import { LongTimer } from '../long-timer.js';
import { toConnectError } from './connect-errors.js';
import type { StreamSlots } from './stream-slots.js';

export interface ForwardOptions {
  readonly service: RpcService;
  readonly slots: StreamSlots;
  /** Streams end with it. */
  readonly stopping: AbortSignal;
  readonly log: Logger;
}

/** Hands unary calls on, for as long as the caller waits. */
export function forwardUnary(method: DescMethodUnary, { service, log }: ForwardOptions) {
  return async (request: Message, context: HandlerContext): Promise<Message> => {
    const { signal } = context;
    restartDeadline();
    try {
      return await service.unary(method, request, { signal, timeoutMs: context.timeoutMs() });
    } catch (error) {
      throw outcome(error, { signal, method, log });
    }
  };
}

/**
 * Hands server streams on, message by message as the caller takes them. A stream ends with the caller's
 * connection, its timeout, its token and this process; a caller that still wants it calls again, from
 * the version that it has.
 */
export function forwardStream(method: DescMethodServerStreaming, options: ForwardOptions) {
  const { service, slots, stopping, log } = options;
  return async function* (request: Message, context: HandlerContext): AsyncGenerator<Message> {
    const { customerId, expiresAt } = callContext().principal!;
    const end = new AbortController();
    const expire = () =>
      end.abort(toConnectError(new AppError('UNAUTHENTICATED', 'The token has expired')));
    const stop = () => end.abort(toConnectError(new AppError('UNAVAILABLE', 'The gateway stops')));
    const signal = AbortSignal.any([context.signal, end.signal]);
    let release = () => {};
    const expiry = new LongTimer(expire, expiresAt - Date.now());
    stopping.addEventListener('abort', stop);
    try {
      release = slots.take(customerId);
      yield* service.stream(method, request, { signal, timeoutMs: context.timeoutMs() });
    } catch (error) {
      throw outcome(error, { signal, method, log });
    } finally {
      release();
      expiry.clear();
      stopping.removeEventListener('abort', stop);
    }
  };
}

/** What a call failed with: why it was ended, where it was, rather than that it was. */
function outcome(
  error: unknown,
  {
    signal,
    method,
    log,
  }: {
    readonly signal: AbortSignal;
    readonly method: { readonly name: string };
    readonly log: Logger;
  },
) {
  if (signal.aborted) return toConnectError(signal.reason);
  if (viewError(error).unexpected)
    log.error({ err: error, method: method.name }, 'A call failed unexpectedly');
  return toConnectError(error);
}
