import {
  fromBinary,
  toBinary,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  type Message,
} from '@bufbuild/protobuf';
import {
  callContext,
  grpcClient,
  runInCall,
  type GrpcCallOptions,
  type GrpcClientOptions,
  type GrpcServiceDefinition,
} from '@mesh/service-kit';
import type { RpcOptions, RpcService } from '../use-cases/rpc-service.js';

type Methods = Readonly<
  Record<string, (request: never, options: GrpcCallOptions) => Promise<Message>>
>;
type Streams = Readonly<
  Record<string, (request: never, options: GrpcCallOptions) => AsyncIterable<Message>>
>;

/** A service over gRPC, for messages of Protobuf-ES. Trace and token are passed on. */
export class GrpcRpcService implements RpcService {
  readonly #client: Methods & Streams & { close(): void };

  constructor(service: DescService, options: GrpcClientOptions) {
    this.#client = grpcClient(definitionOf(service), options) as unknown as Methods &
      Streams & { close(): void };
  }

  unary(
    method: DescMethodUnary,
    request: Message,
    { signal, timeoutMs }: RpcOptions,
  ): Promise<Message> {
    return this.#client[method.localName]!(request as never, {
      signal,
      ...(timeoutMs !== undefined && { deadlineMs: timeoutMs }),
    });
  }

  async *stream(
    method: DescMethodServerStreaming,
    request: Message,
    { signal, timeoutMs }: RpcOptions,
  ): AsyncIterable<Message> {
    const { token } = callContext();
    const call = (this.#client as Streams)[method.localName]!(request as never, {
      ...{ signal, ...(token !== undefined && { token }) },
      ...(timeoutMs !== undefined && { deadlineMs: timeoutMs }),
    });
    const messages = call[Symbol.asyncIterator]();
    try {
      for (;;) {
        // A stream outlives the deadline that a request has.
        const { done, value } = await runInCall({}, () => messages.next());
        if (done) return;
        yield value;
      }
    } finally {
      await messages.return?.();
    }
  }

  close(): void {
    this.#client.close();
  }
}

function definitionOf({ methods }: DescService): GrpcServiceDefinition {
  return Object.fromEntries(methods.map((method) => [method.localName, grpcMethod(method)]));
}

function grpcMethod({ parent, name, methodKind, input, output }: DescMethod) {
  return {
    path: `/${parent.typeName}/${name}`,
    requestStream: methodKind === 'client_streaming' || methodKind === 'bidi_streaming',
    responseStream: methodKind === 'server_streaming' || methodKind === 'bidi_streaming',
    requestSerialize: (message: Message) => Buffer.from(toBinary(input, message)),
    requestDeserialize: (bytes: Buffer) => fromBinary(input, bytes),
    responseSerialize: (message: Message) => Buffer.from(toBinary(output, message)),
    responseDeserialize: (bytes: Buffer) => fromBinary(output, bytes),
  };
}
