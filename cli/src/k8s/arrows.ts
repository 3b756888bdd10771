import { addressVariable, edgeOf } from '@mesh/tools/services';
import type { ServiceFacts } from './services/facts.js';

/** Who opens connections to whom. What is not here is closed by the network policies. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** TCP ports of the pods; all of them where a protocol chooses its own. */
  readonly ports: readonly number[] | 'all';
  /** In a word or two, as the diagram says it. */
  readonly what: string;
  /** The variable of `from` that holds the address of `to`. */
  readonly variable?: string;
}

const HTTP = [3000];
const GRPC = [50051];
const MANAGEMENT = [9090];
const HTTPS = [443];
const KAFKA = [9093];
const AMQP = [5671, 5672];
const POSTGRES = [5432];
const API = [443, 6443];
const OTLP = [4317, 4318];

/**
 * The architecture as connections: what k8s/components/network-policies and the diagram "Who connects to whom" in
 * docs/architecture.md are made from. A test holds it against the variables of the services that are addresses.
 */
export function arrowsOf(services: readonly ServiceFacts[]): readonly Arrow[] {
  const edge = edgeOf(services).name;
  return [
    ...services
      .filter(({ http }) => http)
      .map(({ name }) => ({ from: 'edge', to: name, ports: HTTP, what: 'HTTP, WebSocket' })),
    ...services.flatMap(({ name, calls }) => calls.map((called) => callArrow(name, called))),
    ...services
      .filter(({ name }) => name !== edge)
      .map(({ name: to }) => ({
        ...{ from: edge, to, ports: MANAGEMENT, what: 'operations' },
        variable: 'OPERATIONS_URLS',
      })),
    ...services.flatMap(serverArrows),
    ...services.flatMap(outsideArrows),
    ...services.flatMap(({ name }) => operatingArrows(name)),
    ...operators,
    ...services.filter(({ database }) => database).flatMap(({ name }) => databaseArrows(name)),
  ];
}

function callArrow(from: string, to: string): Arrow {
  return { from, to, ports: GRPC, what: 'gRPC', variable: addressVariable(to) };
}

function serverArrows({ name: from, database, log, work }: ServiceFacts): Arrow[] {
  const arrow = (to: string, ports: readonly number[], what: string, variable: string) => ({
    ...{ from, to, ports, what, variable },
  });
  return [
    ...(database ? [arrow(`${from}-db`, POSTGRES, 'SQL', 'DATABASE_URL')] : []),
    ...(log ? [arrow('kafka', KAFKA, 'events', 'KAFKA_BROKERS')] : []),
    ...(work ? [arrow('rabbitmq', AMQP, 'work', 'AMQP_URL')] : []),
  ];
}

function outsideArrows({ name: from, outside }: ServiceFacts): Arrow[] {
  const keys = { what: 'keys of the issuer', ports: HTTPS, variable: 'AUTH_JWKS_URL' };
  return [keys, ...outside].map((one) => ({ from, to: 'outside', ...one }));
}

function operatingArrows(name: string): Arrow[] {
  return [
    { from: name, to: 'collector', ports: OTLP, what: 'telemetry' },
    { from: name, to: 'linkerd', ports: [8080, 8086, 8090], what: 'identities, if it is there' },
    { from: 'prometheus', to: name, ports: MANAGEMENT, what: 'metrics' },
  ];
}

/** What telemetry goes on to, and what brokers need to be run. */
const operators: readonly Arrow[] = [
  { from: 'collector', to: 'telemetry', ports: OTLP, what: 'telemetry' },
  { from: 'prometheus', to: 'collector', ports: [8888], what: 'metrics' },
  { from: 'kafka', to: 'kafka', ports: 'all', what: 'replication' },
  { from: 'kafka-operator', to: 'kafka', ports: 'all', what: 'care' },
  { from: 'kafka', to: 'api-server', ports: API, what: 'API' },
  { from: 'keda', to: 'kafka', ports: KAFKA, what: 'lag' },
  { from: 'keda', to: 'rabbitmq', ports: AMQP, what: 'queue length' },
  { from: 'rabbitmq', to: 'rabbitmq', ports: 'all', what: 'replication' },
  { from: 'rabbitmq-operator', to: 'rabbitmq', ports: [15671, 15672], what: 'care' },
  { from: 'rabbitmq', to: 'api-server', ports: API, what: 'API' },
];

function databaseArrows(owner: string): Arrow[] {
  const database = `${owner}-db`;
  return [
    { from: database, to: database, ports: [5432, 8000], what: 'replication' },
    { from: 'postgres-operator', to: database, ports: [5432, 8000], what: 'care' },
    { from: database, to: 'api-server', ports: API, what: 'API' },
    { from: database, to: 'outside', ports: HTTPS, what: 'backups' },
    { from: database, to: 'postgres-operator', ports: [9090], what: 'backup plugin' },
  ];
}
