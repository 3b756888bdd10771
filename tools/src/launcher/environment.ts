import { join } from 'node:path';
import { root } from '../root.js';
import type { Infrastructure } from './infrastructure.js';
import type { Secrets } from './secrets.js';
import { endpointsOf, type ServiceName, type ServicePorts } from './services.js';

/** Where the built page is. */
export const webRoot = join(root, 'dist/apps/web');

export type Environment = Readonly<Record<string, string>>;

export interface MeshParts {
  readonly infrastructure: Infrastructure;
  readonly secrets: Secrets;
  readonly ports: ServicePorts;
  /** Of all replicas, which share the calls. @default those of `ports` alone */
  readonly peers?: readonly ServicePorts[];
  readonly dir: string;
  /** Of the gateway alone: nobody but the gateway has to reach the others. */
  readonly host: string;
}

/** Here one address, and often one customer, is the whole world: benchmarks, chaos, tests. */
const looseLimits = {
  HTTP_MAX_CONNECTIONS: '20000',
  HTTP_MAX_CONNECTIONS_PER_ADDRESS: '20000',
  RATE_LIMIT_ADDRESS: '240000/1m',
  RATE_LIMIT_CUSTOMER: '60000/1m',
};

/** The variables of one replica of each service: the one place that knows them all. */
export function environments({
  infrastructure,
  secrets,
  ports,
  peers = [ports],
  dir,
  host,
}: MeshParts): Record<ServiceName, Environment> {
  const { profile, databaseUrl, kafkaBrokers, amqpUrl, tracesUrl } = infrastructure;
  const common = {
    ...{ NODE_ENV: 'development', HOST: '127.0.0.1', MESH_PROFILE: profile },
    ...tracing(tracesUrl),
  };
  const transport: Environment =
    profile === 'embedded'
      ? { MESH_LOG_URL: databaseUrl('mesh_log') }
      : { KAFKA_BROKERS: kafkaBrokers ?? '', AMQP_URL: amqpUrl ?? '' };
  const orderAddress = grpcTarget(peers.map(({ order }) => order.grpc));
  const inventoryAddress = grpcTarget(peers.map(({ inventory }) => inventory.grpc));
  const auth = { AUTH_DEV_KEY_FILE: secrets.devKeyFile };
  return {
    order: {
      ...common,
      ...transport,
      ...auth,
      DATABASE_URL: databaseUrl('mesh_order'),
      GRPC_PORT: String(ports.order.grpc),
      MANAGEMENT_PORT: String(ports.order.management),
      INVENTORY_GRPC_ADDRESS: inventoryAddress,
    },
    inventory: {
      ...common,
      ...transport,
      ...auth,
      DATABASE_URL: databaseUrl('mesh_inventory'),
      GRPC_PORT: String(ports.inventory.grpc),
      MANAGEMENT_PORT: String(ports.inventory.management),
    },
    notifications: {
      ...common,
      ...transport,
      ...auth,
      DATABASE_URL: databaseUrl('mesh_notifications'),
      MANAGEMENT_PORT: String(ports.notifications.management),
      MAILBOX_DIR: join(dir, 'mailbox'),
    },
    gateway: {
      ...common,
      ...transport,
      ...auth,
      HOST: host,
      PORT: String(ports.gateway.http),
      MANAGEMENT_PORT: String(ports.gateway.management),
      ORDER_GRPC_ADDRESS: orderAddress,
      INVENTORY_GRPC_ADDRESS: inventoryAddress,
      CURSOR_SECRET_FILE: secrets.cursorSecretFile,
      WEB_ROOT: webRoot,
      ...(tracesUrl !== undefined && { MESH_TRACES_URL: tracesUrl }),
      OPERATIONS_URLS: managementUrls(ports, host),
      ...unset(looseLimits),
    },
  };
}

function managementUrls(ports: ServicePorts, host: string): string {
  const all = Object.entries(endpointsOf(ports, host));
  return all.map(([service, { management }]) => `${service}=${management}`).join(',');
}

/** A person looks at a trace while it grows; metrics and logs are looked at elsewhere. What they set counts. */
function tracing(url: string | undefined): Environment {
  if (url === undefined) return {};
  const own = {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  };
  return unset(own);
}

/** Of those that the person has not set. */
function unset(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !process.env[name]));
}

/** Several addresses are called in turn. */
function grpcTarget(ports: readonly number[]): string {
  const addresses = ports.map((port) => `127.0.0.1:${port}`).join(',');
  return ports.length === 1 ? addresses : `ipv4:${addresses}`;
}
