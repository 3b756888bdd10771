import { addressVariable, databaseName, type Service } from '../services/index.js';
import { edgeEnvironment } from './edge-environment.js';
import { logDatabase } from './databases.js';
import type { Infrastructure } from './infrastructure.js';
import type { Secrets } from './secrets.js';
import { portsOf, type Ports, type ServicePorts } from './services.js';
import { inFolder, unset, type Environment } from './variables.js';

export type { Environment } from './variables.js';

export interface MeshParts {
  readonly services: readonly Service[];
  readonly infrastructure: Infrastructure;
  readonly secrets: Secrets;
  readonly ports: ServicePorts;
  /** Of all replicas, which share the calls. @default those of `ports` alone */
  readonly peers?: readonly ServicePorts[];
  readonly dir: string;
  /** Of the edge alone: nobody but the edge has to reach the others. */
  readonly host: string;
}

/** The variables of one replica of each service, by its name. */
export function environments(parts: MeshParts): Readonly<Record<string, Environment>> {
  const common = commonEnvironment(parts);
  return Object.fromEntries(
    parts.services.map((service) => [
      service.name,
      {
        ...common,
        ...ownEnvironment(service, parts),
        ...(service.edge && edgeEnvironment(parts)),
        ...development(service, parts.dir),
      },
    ]),
  );
}

function commonEnvironment({ infrastructure, secrets }: MeshParts): Environment {
  const { profile, databaseUrl, kafkaBrokers, amqpUrl, tracesUrl } = infrastructure;
  return {
    ...{ NODE_ENV: 'development', HOST: '127.0.0.1', MESH_PROFILE: profile },
    ...tracing(tracesUrl),
    ...(profile === 'embedded'
      ? { MESH_LOG_URL: databaseUrl(logDatabase) }
      : { KAFKA_BROKERS: kafkaBrokers ?? '', AMQP_URL: amqpUrl ?? '' }),
    AUTH_DEV_KEY_FILE: secrets.devKeyFile,
  };
}

function ownEnvironment(
  { name, database, calls }: Service,
  { infrastructure, ports, peers = [ports] }: MeshParts,
): Environment {
  return {
    ...listening(portsOf(ports, name)),
    ...(database && { DATABASE_URL: infrastructure.databaseUrl(databaseName(name)) }),
    ...Object.fromEntries(
      calls.map((called) => [
        addressVariable(called),
        grpcTarget(peers.map((each) => portsOf(each, called).grpc ?? 0)),
      ]),
    ),
  };
}

function listening({ grpc, http, management }: Ports): Environment {
  return {
    ...(grpc !== undefined && { GRPC_PORT: String(grpc) }),
    ...(http !== undefined && { PORT: String(http) }),
    MANAGEMENT_PORT: String(management),
  };
}

function development({ development }: Service, dir: string): Environment {
  return Object.fromEntries(
    Object.entries(development).map(([name, value]) => [name, inFolder(value, dir)]),
  );
}

/** A person looks at a trace while it grows; metrics and logs are looked at elsewhere. What they set counts. */
function tracing(url: string | undefined): Environment {
  if (url === undefined) return {};
  return unset({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  });
}

/** Several addresses are called in turn. */
function grpcTarget(ports: readonly number[]): string {
  const addresses = ports.map((port) => `127.0.0.1:${port}`).join(',');
  return ports.length === 1 ? addresses : `ipv4:${addresses}`;
}
