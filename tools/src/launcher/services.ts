export const serviceNames = ['order', 'inventory', 'notifications', 'gateway'] as const;

export type ServiceName = (typeof serviceNames)[number];

/** Ports of one run of the mesh; they stay the same when a service is started again. */
export type ServicePorts = Readonly<Record<ServiceName, Readonly<Record<string, number>>>> & {
  readonly order: { readonly grpc: number; readonly management: number };
  readonly inventory: { readonly grpc: number; readonly management: number };
  readonly notifications: { readonly management: number };
  readonly gateway: { readonly http: number; readonly management: number };
};

/** What .mesh/endpoints.json holds of the first replicas, and the lines that are printed. */
export type Endpoints = Readonly<Record<ServiceName, Readonly<Record<string, string>>>>;

/** `order`, and `order-2` for the second of its replicas, in lines and as the name of its log. */
export function replicaName(service: ServiceName, number: number): string {
  return number === 1 ? service : `${service}-${number}`;
}

/** Of one replica of every service. */
export function endpointsOf(ports: ServicePorts, host: string): Endpoints {
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const gatewayUrl = (port: number) => `http://${reachable(host)}:${port}`;
  const { order, inventory, notifications, gateway } = ports;
  return {
    order: { grpc: `127.0.0.1:${order.grpc}`, management: url(order.management) },
    inventory: { grpc: `127.0.0.1:${inventory.grpc}`, management: url(inventory.management) },
    notifications: { management: url(notifications.management) },
    gateway: { http: gatewayUrl(gateway.http), management: gatewayUrl(gateway.management) },
  };
}

/** What listens on all addresses is reached by the loopback one. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
