/** What is reached outside of the cluster. */
export interface Outside {
  /** In a word. */
  readonly what: string;
  readonly ports: readonly number[];
  /** That holds the address. */
  readonly variable: string;
}

/** Where a person looks next. */
export interface LookedAt {
  readonly what: string;
  /** With {folder} for the folder of the mesh. */
  readonly at: string;
  /** With this variable set, `then` is said. */
  readonly unless?: string;
  readonly then?: string;
}

/** What a service has and needs, as its service.json says. @see tools/schemas/service.schema.json */
export interface Service {
  /** Its folder below apps/. */
  readonly name: string;
  readonly grpc: boolean;
  readonly http: boolean;
  /** Browsers reach it; one service is it. */
  readonly edge: boolean;
  readonly database: boolean;
  /** Over gRPC. */
  readonly calls: readonly string[];
  readonly outside: readonly Outside[];
  /** Variables of development, with {folder} for the folder of the mesh. */
  readonly development: Readonly<Record<string, string>>;
  readonly places: readonly LookedAt[];
  /** Paths of the edge. */
  readonly probe: readonly string[];
}

/** `ORDER_GRPC_ADDRESS`, in which those who call the service have its address. */
export function addressVariable(service: string): string {
  return `${variablePrefix(service)}_GRPC_ADDRESS`;
}

/** `STOCK_COUNT`, with which variables about the service `stock-count` begin. */
export function variablePrefix(service: string): string {
  return service.replaceAll('-', '_').toUpperCase();
}

/** Its database at the launcher's server. */
export function databaseName(service: string): string {
  return `mesh_${service.replaceAll('-', '_')}`;
}

/** The one that browsers reach. */
export function edgeOf(services: readonly Service[]): Service {
  const edge = services.find((service) => service.edge);
  if (edge === undefined) throw new RangeError('No service is the edge');
  return edge;
}
