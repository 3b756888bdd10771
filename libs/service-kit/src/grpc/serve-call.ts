import {
  type Metadata,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { metrics, secondsSince, withBaggage, type Logger } from '@mesh/tracing';
import { isObservable, lastValueFrom } from 'rxjs';
import { runInCall, type CallContext } from '../context/call-context.js';
import { AppError } from '../errors/app-error.js';
import { viewError } from '../errors/error-mapping.js';
import { toGrpcStatus } from '../errors/grpc-errors.js';
import { inServerSpan } from './call-spans.js';
import { Ending } from './ending.js';
import { bearerToken, textOf } from './metadata.js';
import { UndecodableRequest } from './service-definition.js';
import { writeAll } from './write-all.js';

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
  /** Ends the call from our side. */
  readonly abort: AbortController;
}

/** Says once how a call ended, as EndCallSpan does, with the code for metrics. */
type EndCall = (code: string, error?: unknown) => void;

/** Answered with one message. */
export type AnswerCall = ServerUnaryCall<unknown, unknown> | ServerReadableStream<unknown, unknown>;
/** Answered with a stream. */
export type StreamCall =
  ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>;

/**
 * Answers a call, of one request or of a stream of them, with what `handle` gives, in the call's context.
 * Never rejects.
 */
export async function serveAnswer(
  { path, log, call, abort, done }: Served<AnswerCall> & { readonly done: sendUnaryData<unknown> },
  handle: () => unknown,
): Promise<void> {
  call.on('cancelled', () => abort.abort());
  const isUnary = 'request' in call;
  const deadline = deadlineOf(call) ?? (isUnary ? Date.now() + defaultDeadlineMs : undefined);
  const context = { signal: abort.signal, ...(deadline !== undefined && { deadline }) };
  await inContext(call, path, context, async (end) => {
    try {
      const answer = settle(handle());
      done(null, await (isUnary ? answer : new Ending(abort.signal).race(answer)));
      end('OK');
    } catch (error) {
      if (call.cancelled) return end('CANCELLED', 'cancelled');
      end(report(error, path, log), error);
      done(toGrpcStatus(error));
    }
  });
}

/**
 * Writes what the async iterable gives, asking for the next message only when the connection can
 * take it. Ends the iterable when the client goes away or `abort` says so. Never rejects.
 */
export async function serveStream(
  { path, log, call, abort }: Served<StreamCall>,
  handle: () => unknown,
): Promise<void> {
  call.on('cancelled', () => abort.abort());
  const deadline = deadlineOf(call);
  const context = { signal: abort.signal, ...(deadline !== undefined && { deadline }) };
  await inContext(call, path, context, async (end) => {
    try {
      const messages = await settle(handle());
      if (!isAsyncIterable(messages)) throw new TypeError(`${path} must return an async iterable`);
      await writeAll(messages, call, abort.signal);
      call.end();
      end('OK');
    } catch (error) {
      if (call.cancelled) return end('CANCELLED', 'cancelled');
      end(report(error, path, log), error);
      call.emit('error', toGrpcStatus(error));
    }
  });
}

/**
 * The stream of requests of a call; the client may send more as it is read. Reading them to the end or not has
 * no effect on the answer: the stream's own iterator would destroy a call with its answer in it.
 * @throws AppError VALIDATION_FAILED, or UNAVAILABLE when the client went away before the end
 */
export async function* requestsOf(
  call: ServerReadableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
): AsyncGenerator<unknown> {
  let more = Promise.withResolvers<void>();
  const wake = () => more.resolve();
  for (const event of ['readable', 'end', 'close'] as const) call.on(event, wake);
  for (;;) {
    more = Promise.withResolvers();
    const request: unknown = call.read();
    if (request instanceof UndecodableRequest) throw request.error;
    if (request !== null) yield request;
    else if (call.readableEnded) return;
    else if (call.destroyed) throw new AppError('UNAVAILABLE', 'The stream of requests broke off');
    else await more.promise;
  }
}

function inContext(
  { metadata }: { metadata: Metadata },
  path: string,
  context: CallContext,
  fn: (end: EndCall) => Promise<void>,
): Promise<void> {
  const token = bearerToken(textOf(metadata, 'authorization'));
  const baggage = textOf(metadata, 'baggage');
  return inServerSpan(path, textOf(metadata, 'traceparent'), (endSpan) => {
    const start = performance.now();
    const end: EndCall = (code, error) => {
      durations.with({ method: path, code }).observe(secondsSince(start));
      endSpan(error);
    };
    const run = () =>
      runInCall(token === undefined ? context : { ...context, token }, () => fn(end));
    return baggage === undefined ? run() : withBaggage(baggage, run);
  });
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

function deadlineOf(call: AnswerCall | StreamCall): number | undefined {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? deadline : undefined;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
