/** One RPC as ts-proto generates it. */
export interface GrpcMethodDefinition<Request = never, Response = unknown> {
  /** `/mesh.order.v1.OrderService/PlaceOrder` */
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (value: Request) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => unknown;
  readonly responseSerialize: (value: never) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** A service as ts-proto generates it: `OrderServiceService`. */
export type GrpcServiceDefinition = Readonly<Record<string, GrpcMethodDefinition>>;

export type RequestOf<Method extends GrpcMethodDefinition> = Parameters<
  Method['requestSerialize']
>[0];
export type ResponseOf<Method extends GrpcMethodDefinition> = ReturnType<
  Method['responseDeserialize']
>;

/** `mesh.order.v1.OrderService` */
export function serviceName(service: GrpcServiceDefinition): string {
  return splitPath(Object.values(service)[0]?.path).service;
}

export function splitPath(path: string | undefined): { service: string; method: string } {
  const [, service = '', method = ''] = path?.split('/') ?? [];
  return { service, method };
}

/** The shape that Nest and grpc-js load services from: methods under the names that the proto gives them. */
export function packageDefinition(
  services: readonly GrpcServiceDefinition[],
): Record<string, Record<string, GrpcMethodDefinition & { originalName: string }>> {
  return Object.fromEntries(
    services.map((service) => [
      serviceName(service),
      Object.fromEntries(
        Object.entries(service).map(([key, method]) => [
          splitPath(method.path).method,
          { ...method, originalName: key },
        ]),
      ),
    ]),
  );
}
