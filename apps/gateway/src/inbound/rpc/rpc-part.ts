import type { DescMethodServerStreaming, DescMethodUnary, DescService } from '@bufbuild/protobuf';

/** A service that browsers call over Connect and gRPC-Web, at its gRPC paths. */
export interface RpcPart {
  readonly service: DescService;
  /** Those of its methods that anybody with a token may call. */
  readonly methods: readonly (DescMethodUnary | DescMethodServerStreaming)[];
  /** Provides its RpcService. */
  readonly client: symbol;
}
