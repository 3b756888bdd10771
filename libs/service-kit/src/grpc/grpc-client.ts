import {
  Client,
  credentials,
  type CallOptions,
  type ClientReadableStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { AppError } from '../errors/app-error.js';
import { fromGrpcError } from '../errors/grpc-errors.js';
import { callContext } from '../context/call-context.js';
import { channelOptions } from './channel-options.js';
import { outgoingMetadata } from './metadata.js';
import {
  serviceName,
  type GrpcMethodDefinition,
  type GrpcServiceDefinition,
  type RequestOf,
  type ResponseOf,
} from './service-definition.js';

export interface GrpcClientOptions {
  /** `host:port` or a gRPC target; a name with several addresses is called round robin. */
  readonly address: string;
  /** For unary calls. The deadline of the call being served cuts it short. @default 5000 */
  readonly deadlineMs?: number;
}

export interface GrpcCallOptions {
  readonly signal?: AbortSignal;
  /** Overrides the client's. For a server stream there is none unless it is given here. */
  readonly deadlineMs?: number;
  /** @default the token of the call being served */
  readonly token?: string;
}

type ClientMethod<Method extends GrpcMethodDefinition> = Method['responseStream'] extends true
  ? (request: RequestOf<Method>, options?: GrpcCallOptions) => AsyncIterable<ResponseOf<Method>>
  : (request: RequestOf<Method>, options?: GrpcCallOptions) => Promise<ResponseOf<Method>>;

/** The methods of a service, and `close`. */
export type GrpcClient<Service extends GrpcServiceDefinition> = {
  readonly [Name in keyof Service]: ClientMethod<Service[Name]>;
} & {
  /** Ends the connections; calls in flight fail. */
  close(): void;
};

/**
 * Calls a service. Deadline, token and trace of the call being served are passed on. A unary call
 * that ends as UNAVAILABLE is repeated twice within its deadline, so methods have to be idempotent.
 * Connects at the first call, and again by itself.
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
    credentials.createInsecure(),
    channelOptions(serviceName(service)),
  );
  const deadlineMs = options.deadlineMs ?? 5000;
  const methods = Object.entries(service).map(([name, method]) => [
    name,
    method.responseStream
      ? (request: never, call: GrpcCallOptions = {}) => stream(client, method, request, call)
      : (request: never, call: GrpcCallOptions = {}) =>
          unary(client, method, request, { deadlineMs, ...call }),
  ]);
  return { ...Object.fromEntries(methods), close: () => client.close() } as GrpcClient<Service>;
}

async function unary(
  client: Client,
  method: GrpcMethodDefinition,
  request: never,
  options: GrpcCallOptions,
): Promise<unknown> {
  const abort = abortSignal(options);
  refuseIfOver(method.path, abort);
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      outgoingMetadata(options.token),
      callOptions(options),
      (error: ServiceError | null, response: unknown) => {
        abort?.removeEventListener('abort', cancel);
        if (error === null) resolve(response);
        else reject(fromGrpcError(error, method.path));
      },
    );
    const cancel = () => call.cancel();
    abort?.addEventListener('abort', cancel, { once: true });
  });
}

async function* stream(
  client: Client,
  method: GrpcMethodDefinition,
  request: never,
  options: GrpcCallOptions,
): AsyncGenerator<unknown> {
  const abort = abortSignal(options);
  refuseIfOver(method.path, abort);
  const call: ClientReadableStream<unknown> = client.makeServerStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    request,
    outgoingMetadata(options.token),
    callOptions(options),
  );
  const cancel = () => call.cancel();
  abort?.addEventListener('abort', cancel, { once: true });
  try {
    for await (const message of call) yield message;
  } catch (error) {
    throw fromGrpcError(error as ServiceError, method.path);
  } finally {
    abort?.removeEventListener('abort', cancel);
    call.cancel();
  }
}

function callOptions({ deadlineMs }: GrpcCallOptions): CallOptions {
  const own = deadlineMs === undefined ? Infinity : Date.now() + deadlineMs;
  const deadline = Math.min(own, callContext().deadline ?? Infinity);
  return { deadline, ...(Number.isFinite(deadline) && { waitForReady: false }) };
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
