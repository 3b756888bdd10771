import type { DescMethodServerStreaming, DescMethodUnary, Message } from '@bufbuild/protobuf';

export interface RpcOptions {
  /** Ends the call. */
  readonly signal: AbortSignal;
  /** Milliseconds that the caller waits; undefined: as long as it takes. */
  readonly timeoutMs: number | undefined;
}

/** RPCs of one service, message for message, with the token of the call being served. */
export interface RpcService {
  unary(method: DescMethodUnary, request: Message, options: RpcOptions): Promise<Message>;
  stream(
    method: DescMethodServerStreaming,
    request: Message,
    options: RpcOptions,
  ): AsyncIterable<Message>;
}
