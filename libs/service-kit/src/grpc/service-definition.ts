import { AppError } from '../errors/app-error.js';

/** One RPC as ts-proto generates it. */
export interface GrpcMethodDefinition<Request = never, Response = unknown> {
  /** `/mesh.probe.v1.ProbeService/SetGauge` */
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (value: Request) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => unknown;
  readonly responseSerialize: (value: never) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** A service as ts-proto generates it: `ProbeServiceService`. */
export type GrpcServiceDefinition = Readonly<Record<string, GrpcMethodDefinition>>;

export type RequestOf<Method extends GrpcMethodDefinition> = Parameters<
  Method['requestSerialize']
>[0];
export type ResponseOf<Method extends GrpcMethodDefinition> = ReturnType<
  Method['responseDeserialize']
>;

/** What a method is given: one request, or a stream of them. */
export type InputOf<Method extends GrpcMethodDefinition> = Method['requestStream'] extends true
  ? AsyncIterable<RequestOf<Method>>
  : RequestOf<Method>;

/** `mesh.probe.v1.ProbeService` */
export function serviceName(service: GrpcServiceDefinition): string {
  return splitPath(Object.values(service)[0]?.path).service;
}

export function splitPath(path: string | undefined): { service: string; method: string } {
  const [, service = '', method = ''] = path?.split('/') ?? [];
  return { service, method };
}

/** What a request is whose bytes could not be decoded. grpc-js would answer INTERNAL for what a decoder throws. */
export class UndecodableRequest {
  readonly error: AppError;

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.error = new AppError('VALIDATION_FAILED', `The request can't be decoded: ${reason}`, {
      cause,
    });
  }
}

/**
 * The shape that grpc-js loads services from: methods under the names that the proto gives them, which give an
 * UndecodableRequest where decoding throws. Services without a method are left out: grpc-js refuses them.
 */
export function packageDefinition(
  services: readonly GrpcServiceDefinition[],
): Record<string, Record<string, GrpcMethodDefinition & { originalName: string }>> {
  return Object.fromEntries(
    services
      .filter(hasMethods)
      .map((service) => [
        serviceName(service),
        Object.fromEntries(
          Object.entries(service).map(([key, method]) => [
            splitPath(method.path).method,
            { ...method, requestDeserialize: forgiving(method), originalName: key },
          ]),
        ),
      ]),
  );
}

function hasMethods(service: GrpcServiceDefinition): boolean {
  return Object.keys(service).length > 0;
}

function forgiving({ requestDeserialize }: GrpcMethodDefinition): (bytes: Buffer) => unknown {
  return (bytes) => {
    try {
      return requestDeserialize(bytes);
    } catch (cause) {
      return new UndecodableRequest(cause);
    }
  };
}
