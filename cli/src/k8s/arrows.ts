import type { PlaceName } from './places.js';

/** Who opens connections to whom. What is not here is closed by the network policies. */
export interface Arrow {
  readonly from: PlaceName;
  readonly to: PlaceName;
  /** TCP ports of the pods; all of them where a protocol chooses its own. */
  readonly ports: readonly number[] | 'all';
  /** In a word or two, as the diagram says it. */
  readonly what: string;
  /** The variable of `from` that holds the address of `to`. */
  readonly variable?: string;
}

const GRPC = [50051];
const MANAGEMENT = [9090];
const HTTPS = [443];
const KAFKA = [9093];
const AMQP = [5671, 5672];
const POSTGRES = [5432];
const API = [443, 6443];
const OTLP = [4317, 4318];

const services = ['order', 'inventory', 'notifications', 'gateway'] as const;
const owners = ['order', 'inventory', 'notifications'] as const;

/**
 * The architecture as connections: the one description that k8s/components/network-policies and the diagram
 * "Who connects to whom" in docs/architecture.md are made from. A test holds it against the variables of the
 * services that are addresses.
 */
export const arrows: readonly Arrow[] = [
  { from: 'edge', to: 'gateway', ports: [3000], what: 'HTTP, WebSocket' },
  ...(['order', 'inventory'] as const).map((to): Arrow => {
    const variable = `${to.toUpperCase()}_GRPC_ADDRESS`;
    return { from: 'gateway', to, ports: GRPC, what: 'gRPC', variable };
  }),
  {
    ...({ from: 'order', to: 'inventory', ports: GRPC, what: 'gRPC' } as const),
    variable: 'INVENTORY_GRPC_ADDRESS',
  },
  ...owners.map((to): Arrow => ({
    ...{ from: 'gateway', to, ports: MANAGEMENT, what: 'operations' },
    variable: 'OPERATIONS_URLS',
  })),
  ...owners.map((from): Arrow => ({
    ...{ from, to: `${from}-db`, ports: POSTGRES, what: 'SQL' },
    variable: 'DATABASE_URL',
  })),
  ...owners.map((from): Arrow => ({
    ...{ from, to: 'kafka', ports: KAFKA, what: 'events' },
    variable: 'KAFKA_BROKERS',
  })),
  ...(['notifications', 'gateway'] as const).map((from): Arrow => ({
    ...{ from, to: 'rabbitmq', ports: AMQP, what: 'work' },
    variable: 'AMQP_URL',
  })),
  ...services.map((from): Arrow => ({
    ...{ from, to: 'outside', ports: HTTPS, what: 'keys of the issuer' },
    variable: 'AUTH_JWKS_URL',
  })),
  {
    ...({ from: 'notifications', to: 'outside', ports: [25, 465, 587], what: 'mail' } as const),
    variable: 'SMTP_URL',
  },
  {
    ...({ from: 'notifications', to: 'outside', ports: HTTPS, what: 'webhooks' } as const),
    variable: 'WEBHOOK_ENDPOINTS_FILE',
  },
  ...services.map((from): Arrow => ({ from, to: 'collector', ports: OTLP, what: 'telemetry' })),
  ...services.map((from): Arrow => ({
    from,
    to: 'linkerd',
    ports: [8080, 8086, 8090],
    what: 'identities, if it is there',
  })),
  { from: 'collector', to: 'telemetry', ports: OTLP, what: 'telemetry' },
  ...services.map((to): Arrow => ({ from: 'prometheus', to, ports: MANAGEMENT, what: 'metrics' })),
  { from: 'prometheus', to: 'collector', ports: [8888], what: 'metrics' },
  // What brokers and databases need to be run.
  { from: 'kafka', to: 'kafka', ports: 'all', what: 'replication' },
  { from: 'kafka-operator', to: 'kafka', ports: 'all', what: 'care' },
  { from: 'kafka', to: 'api-server', ports: API, what: 'API' },
  { from: 'keda', to: 'kafka', ports: KAFKA, what: 'lag' },
  { from: 'keda', to: 'rabbitmq', ports: AMQP, what: 'queue length' },
  { from: 'rabbitmq', to: 'rabbitmq', ports: 'all', what: 'replication' },
  { from: 'rabbitmq-operator', to: 'rabbitmq', ports: [15671, 15672], what: 'care' },
  { from: 'rabbitmq', to: 'api-server', ports: API, what: 'API' },
  ...owners.flatMap((owner): Arrow[] => {
    const database = `${owner}-db` as const;
    return [
      { from: database, to: database, ports: [5432, 8000], what: 'replication' },
      { from: 'postgres-operator', to: database, ports: [5432, 8000], what: 'care' },
      { from: database, to: 'api-server', ports: API, what: 'API' },
      { from: database, to: 'outside', ports: HTTPS, what: 'backups' },
      { from: database, to: 'postgres-operator', ports: [9090], what: 'backup plugin' },
    ];
  }),
];
