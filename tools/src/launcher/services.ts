import { edgeOf, type Service } from '../services/index.js';

/** Ports of one replica; they stay the same when it is started again. */
export interface Ports {
  readonly grpc?: number;
  readonly http?: number;
  readonly management: number;
}

/** Ports of one replica of every service, by its name. */
export type ServicePorts = Readonly<Record<string, Ports>>;

/** Addresses of one replica: `management`, and what else it listens on. */
export type Addresses = Readonly<Record<string, string>>;

/** What .mesh/endpoints.json holds of the first replicas, and the lines that are printed. */
export type Endpoints = Readonly<Record<string, Addresses>>;

/** `order`, and `order-2` for the second of its replicas, in lines and as the name of its log. */
export function replicaName(service: string, number: number): string {
  return number === 1 ? service : `${service}-${number}`;
}

/** @throws RangeError when there is no such service */
export function portsOf(ports: ServicePorts, service: string): Ports {
  const found = ports[service];
  if (found === undefined) throw new RangeError(`There are no ports of ${service}`);
  return found;
}

/** Of one replica of every service; only the edge listens on the host. */
export function endpointsOf(
  services: readonly Service[],
  ports: ServicePorts,
  host: string,
): Endpoints {
  return Object.fromEntries(
    services.map(({ name, edge }) => [
      name,
      addressesOf(portsOf(ports, name), edge ? reachable(host) : '127.0.0.1'),
    ]),
  );
}

function addressesOf({ grpc, http, management }: Ports, host: string): Addresses {
  return {
    ...(http !== undefined && { http: `http://${host}:${http}` }),
    ...(grpc !== undefined && { grpc: `${host}:${grpc}` }),
    management: `http://${host}:${management}`,
  };
}

/** Where browsers reach the mesh. */
export function edgeUrl(services: readonly Service[], endpoints: Endpoints): string {
  return endpoints[edgeOf(services).name]?.['http'] ?? '';
}

/** What listens on all addresses is reached by the loopback one. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
