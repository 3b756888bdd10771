import {
  type Metadata,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { metrics, withTrace, type Logger } from '@mesh/tracing';
import { isObservable, lastValueFrom } from 'rxjs';
import { runInCall, type CallContext } from '../context/call-context.js';
import { viewError } from '../errors/error-mapping.js';
import { toGrpcStatus } from '../errors/grpc-errors.js';
import { bearerToken, textOf } from './metadata.js';

/** A unary call without a deadline has this one for the calls that it makes in turn. */
const defaultDeadlineMs = 30_000;

const durations = metrics.histogram({
  name: 'mesh_grpc_server_duration_seconds',
  help: 'Time to serve a call, by method and resulting code',
  labels: ['method', 'code'],
});

interface Served<Call> {
  readonly path: string;
  readonly log: Logger;
  readonly call: Call;
}

type UnaryCall = ServerUnaryCall<unknown, unknown>;
type StreamCall = ServerWritableStream<unknown, unknown>;

/** Answers a unary call with what `handle` gives, in the call's context. Never rejects. */
export async function serveUnary(
  { path, log, call, done }: Served<UnaryCall> & { readonly done: sendUnaryData<unknown> },
  handle: () => unknown,
): Promise<void> {
  const abort = new AbortController();
  call.on('cancelled', () => abort.abort());
  const deadline = deadlineOf(call) ?? Date.now() + defaultDeadlineMs;
  await inContext(call, { deadline, signal: abort.signal }, async () => {
    const end = durations.startTimer({ method: path });
    try {
      done(null, await settle(handle()));
      end({ code: 'OK' });
    } catch (error) {
      if (call.cancelled) return void end({ code: 'CANCELLED' });
      end({ code: report(error, path, log) });
      done(toGrpcStatus(error));
    }
  });
}

/**
 * Writes what the async iterable gives, asking for the next message only when the connection can
 * take it. Ends the iterable when the client goes away or `abort` says so. Never rejects.
 */
export async function serveStream(
  { path, log, call, abort }: Served<StreamCall> & { readonly abort: AbortController },
  handle: () => unknown,
): Promise<void> {
  call.on('cancelled', () => abort.abort());
  const deadline = deadlineOf(call);
  const context = { signal: abort.signal, ...(deadline !== undefined && { deadline }) };
  await inContext(call, context, async () => {
    const end = durations.startTimer({ method: path });
    try {
      const messages = await settle(handle());
      if (!isAsyncIterable(messages)) throw new TypeError(`${path} must return an async iterable`);
      await writeAll(messages, call, abort.signal);
      call.end();
      end({ code: 'OK' });
    } catch (error) {
      if (call.cancelled) return void end({ code: 'CANCELLED' });
      end({ code: report(error, path, log) });
      call.emit('error', toGrpcStatus(error));
    }
  });
}

async function writeAll(
  messages: AsyncIterable<unknown>,
  call: StreamCall,
  signal: AbortSignal,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  aborted.catch(() => undefined);
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), aborted]);
      if (done) return;
      if (!call.write(value))
        await Promise.race([new Promise((resolve) => call.once('drain', resolve)), aborted]);
    }
  } finally {
    // Not awaited: a generator that waits for its next message ends when its own wait does.
    void iterator.return?.().catch(() => undefined);
  }
}

function inContext(
  call: { metadata: Metadata },
  context: CallContext,
  fn: () => Promise<void>,
): Promise<void> {
  const token = bearerToken(textOf(call.metadata, 'authorization'));
  return withTrace(textOf(call.metadata, 'traceparent'), () =>
    runInCall(token === undefined ? context : { ...context, token }, fn),
  );
}

/** What a Nest handler gave: a value, or an observable of it where interceptors or filters were at work. */
async function settle(result: unknown): Promise<unknown> {
  const value = await result;
  return isObservable(value) ? lastValueFrom(value) : value;
}

/** Logs what is not an answer of ours; gives the code. */
function report(error: unknown, path: string, log: Logger): string {
  const view = viewError(error);
  if (view.unexpected) log.error({ err: error, method: path }, 'A call failed unexpectedly');
  return view.code;
}

function deadlineOf(call: UnaryCall | StreamCall): number | undefined {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? deadline : undefined;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
