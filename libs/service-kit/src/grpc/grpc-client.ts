import {
  Client,
  status,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { AppError } from '../errors/app-error.js';
import { fromGrpcError } from '../errors/grpc-errors.js';
import { callContext } from '../context/call-context.js';
import { startClientCall } from './call-metrics.js';
import { channelOptions } from './channel-options.js';
import { channelCredentials, type GrpcTls } from './grpc-tls.js';
import { LostConnection } from './lost-connection.js';
import { outgoingMetadata } from './metadata.js';
import {
  serviceName,
  type GrpcMethodDefinition,
  type GrpcServiceDefinition,
  type InputOf,
  type ResponseOf,
} from './service-definition.js';
import { writeAll } from './write-all.js';

/** Where a service is, and how it is called. */
export interface GrpcClientOptions {
  /** `host:port` or a gRPC target; a name with several addresses is called round robin. */
  readonly address: string;
  /** For unary calls. The deadline of the call being served cuts it short. @default 5000 */
  readonly deadlineMs?: number;
  /** @default none: plain text, for networks that encrypt by themselves */
  readonly tls?: GrpcTls | undefined;
}

/** What one call has otherwise than its client. */
export interface GrpcCallOptions {
  /** Cancels the call when aborted; so does the end of the call being served. @default only that */
  readonly signal?: AbortSignal;
  /** Overrides the client's. For streams there is none unless it is given here. @default the client's */
  readonly deadlineMs?: number;
  /** @default the token of the call being served */
  readonly token?: string;
}

type ClientMethod<Method extends GrpcMethodDefinition> = (
  request: InputOf<Method>,
  options?: GrpcCallOptions,
) => Method['responseStream'] extends true
  ? AsyncIterable<ResponseOf<Method>>
  : Promise<ResponseOf<Method>>;

/** The methods of a service, and `close`. */
export type GrpcClient<Service extends GrpcServiceDefinition> = {
  readonly [Name in keyof Service]: ClientMethod<Service[Name]>;
} & {
  /** Ends the connections; calls in flight fail. */
  close(): void;
};

/**
 * Calls a service. Deadline, token and trace of the call being served are passed on. A unary call
 * that ends as UNAVAILABLE is repeated twice within its deadline, and once more when a connection that was just
 * lost is back, so methods have to be idempotent.
 * Connects at the first call, and again by itself. A stream of requests is an async iterable: it is asked
 * for the next one when the connection can take it, and ended by its `return` when the call is over.
 *
 * Methods fail with {@link RemoteError} under the code that the server told, UNAVAILABLE when it is
 * not reachable, DEADLINE_EXCEEDED when it did not answer in time.
 */
export function grpcClient<Service extends GrpcServiceDefinition>(
  service: Service,
  options: GrpcClientOptions,
): GrpcClient<Service> {
  const client = new Client(
    options.address,
    channelCredentials(options.tls),
    channelOptions(serviceName(service)),
  );
  const lost = new LostConnection(client.getChannel());
  const deadlineMs = options.deadlineMs ?? 5000;
  const methods = Object.entries(service).map(([name, method]) => {
    const unaryDefaults = method.requestStream ? {} : { deadlineMs };
    return [
      name,
      method.responseStream
        ? (request: never, call: GrpcCallOptions = {}) => stream(client, method, request, call)
        : (request: never, call: GrpcCallOptions = {}) =>
            answer({ client, lost }, method, request, { ...unaryDefaults, ...call }),
    ];
  });
  return { ...Object.fromEntries(methods), close: () => client.close() } as GrpcClient<Service>;
}

async function answer(
  { client, lost }: { client: Client; lost: LostConnection },
  method: GrpcMethodDefinition,
  request: never,
  options: GrpcCallOptions,
): Promise<unknown> {
  const abort = abortSignal(options);
  refuseIfOver(method.path, abort);
  const made = startClientCall(method.path);
  let sending: Promise<void> | undefined;
  const how = callOptions(options);
  /** Why the call waits for a connection, to be made again. */
  let waiting: ServiceError | undefined;
  let repeated = false;
  const answered = new Promise((resolve, reject) => {
    const isRepeatable = ({ code }: ServiceError) =>
      code === status.UNAVAILABLE && !method.requestStream;
    const settle = (error: ServiceError | null, response: unknown) => {
      const back = error && !repeated && isRepeatable(error) ? lost.back(how.deadline) : undefined;
      if (error && back) {
        repeated = true;
        waiting = error;
        return void back.then(again);
      }
      abort?.removeEventListener('abort', cancel);
      const failure = error === null ? undefined : fromGrpcError(error, method.path);
      made.end(failure);
      if (failure === undefined) resolve(response);
      else reject(failure);
    };
    const { path, requestSerialize, responseDeserialize } = method;
    const metadata = outgoingMetadata(options.token, made.traceparent);
    const start = () =>
      method.requestStream
        ? client.makeClientStreamRequest(
            ...([path, requestSerialize, responseDeserialize, metadata, how, settle] as const),
          )
        : client.makeUnaryRequest(
            ...([
              path,
              requestSerialize,
              responseDeserialize,
              request,
              metadata,
              how,
              settle,
            ] as const),
          );
    let call = withoutStacks(start);
    const again = () => {
      if (!waiting) return;
      waiting = undefined;
      call = withoutStacks(start);
    };
    const cancel = () => {
      const why = waiting;
      waiting = undefined;
      if (why) settle(why, undefined);
      else call.cancel();
    };
    abort?.addEventListener('abort', cancel, { once: true });
    if (method.requestStream) sending = sendAll(request, call as ClientWritableStream<never>);
  });
  // What the requests' own source throws comes before the cancellation that it causes.
  answered.catch(() => undefined);
  await sending;
  return answered;
}

async function* stream(
  client: Client,
  method: GrpcMethodDefinition,
  request: never,
  options: GrpcCallOptions,
): AsyncGenerator<unknown> {
  const abort = abortSignal(options);
  refuseIfOver(method.path, abort);
  const made = startClientCall(method.path);
  let failure: unknown;
  const { path, requestSerialize, responseDeserialize } = method;
  const metadata = outgoingMetadata(options.token, made.traceparent);
  const how = callOptions(options);
  const call: ClientReadableStream<unknown> | ClientDuplexStream<never, unknown> =
    method.requestStream
      ? client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata, how)
      : client.makeServerStreamRequest(
          ...([path, requestSerialize, responseDeserialize, request, metadata, how] as const),
        );
  const cancel = () => call.cancel();
  abort?.addEventListener('abort', cancel, { once: true });
  let failed: unknown;
  if (method.requestStream)
    sendAll(request, call as ClientDuplexStream<never, unknown>).catch(
      (error: unknown) => (failed = error),
    );
  try {
    for await (const message of call) yield message;
  } catch (error) {
    throw (failure = failed ?? fromGrpcError(error as ServiceError, path));
  } finally {
    made.end(failure);
    abort?.removeEventListener('abort', cancel);
    call.cancel();
  }
}

/**
 * grpc-js notes a stack for each call, in case it fails: a good part of what a call costs. What fails here
 * names its method instead.
 */
function withoutStacks<T>(fn: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return fn();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * Sends what the iterable gives, as fast as the connection takes it, until the call is over. Cancels the call
 * when the iterable throws. @throws what the iterable throws
 */
async function sendAll(
  requests: AsyncIterable<never>,
  call: ClientWritableStream<never> | ClientDuplexStream<never, unknown>,
): Promise<void> {
  const over = new AbortController();
  call.once('status', () => over.abort());
  try {
    await writeAll(requests, call, over.signal);
    call.end();
  } catch (error) {
    // Its answer says how it ended.
    if (over.signal.aborted) return;
    call.cancel();
    throw error;
  }
}

function callOptions({ deadlineMs }: GrpcCallOptions): { readonly deadline: number } {
  const own = deadlineMs === undefined ? Infinity : Date.now() + deadlineMs;
  return { deadline: Math.min(own, callContext().deadline ?? Infinity) };
}

function abortSignal({ signal }: GrpcCallOptions): AbortSignal | undefined {
  const served = callContext().signal;
  if (signal === undefined || served === undefined) return signal ?? served;
  return AbortSignal.any([signal, served]);
}

function refuseIfOver(path: string, abort: AbortSignal | undefined): void {
  const { deadline } = callContext();
  if (abort?.aborted || (deadline !== undefined && deadline <= Date.now())) {
    throw new AppError('DEADLINE_EXCEEDED', `Nobody waits for the answer of ${path} any more`);
  }
}
