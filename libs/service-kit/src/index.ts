// What a service has around its own code: config, servers, database, events, errors, identity, shutdown.
// Start at bootstrap.ts; a service's main.ts calls bootstrap(Module, configSchema, options).
// Not here: anything that only one service needs.
export { Authenticator, type AuthConfig } from './auth/authenticator.js';
export { AuthGuard, Public, Roles } from './auth/auth.guard.js';
export { Caller } from './auth/caller.decorator.js';
export type { Principal } from './auth/principal.js';
export { bootstrap } from './bootstrap.js';
export { CONFIG } from './config/config.js';
export {
  amqpAccessConfig,
  authConfig,
  databaseConfig,
  grpcAddress,
  grpcConfig,
  grpcTlsConfig,
  httpConfig,
  kafkaAccessConfig,
  outboxConfig,
  readableFile,
  readableFolder,
  serviceConfig,
  transportConfig,
} from './config/fragments.js';
export { bytes, duration } from './config/quantities.js';
export { ConfigError, loadConfig } from './config/load-config.js';
export { durationMs } from './config/quantities.js';
export {
  callContext,
  restartDeadline,
  runInCall,
  type CallContext,
} from './context/call-context.js';
export { DATABASE, DatabaseModule, PG_POOL } from './database/database.module.js';
export { createPool, kyselyPool } from './database/pool.js';
export type { Migrations } from './database/migrate.js';
export {
  AppError,
  isErrorCode,
  isRetryable,
  RemoteError,
  type AppErrorOptions,
  type FieldError,
} from './errors/app-error.js';
export { toGrpcStatus } from './errors/grpc-errors.js';
export { viewError, type ErrorView } from './errors/error-mapping.js';
export { GrpcController, type GrpcHandlers } from './grpc/grpc-controller.decorator.js';
export {
  grpcClient,
  type GrpcCallOptions,
  type GrpcClient,
  type GrpcClientOptions,
} from './grpc/grpc-client.js';
export { grpcTls, type GrpcTls } from './grpc/grpc-tls.js';
export type { GrpcServiceDefinition } from './grpc/service-definition.js';
export { addressOwner, clientAddress, trustsOf, type Trusts } from './http/addresses.js';
export { refuseOnSocket, writeProblem, type Refusal } from './http/broken-request.js';
export { hasBody } from './http/has-body.js';
export { hostFaultOf } from './http/host-header.js';
export { problemContentType, toProblem, type Problem } from './http/problem.js';
export { ValidBody, validationError, ValidQuery } from './http/validation.js';
export { doWhatIsDue, type DueWork } from './lifecycle/do-what-is-due.js';
export { Lifecycle, type StopPhase } from './lifecycle/lifecycle.js';
export { Readiness } from './lifecycle/readiness.js';
export { RUNTIME, type Runtime } from './lifecycle/runtime.js';
export {
  amqpAccess,
  kafkaAccess,
  type AmqpAccessConfig,
  type KafkaAccessConfig,
} from './messaging/broker-access.js';
export {
  EventBatchHandler,
  EventHandler,
  eventHandlerMetadata,
  type DeliveryGuarantee,
  type EventHandlerMetadata,
  type EventHandlerOptions,
} from './messaging/event-handler.decorator.js';
export { MessagingModule, OUTBOX, type MessagingOptions } from './messaging/messaging.module.js';
export type { ReceivedEvent } from './messaging/received-event.js';
export {
  startService,
  type Environment,
  type RunningService,
  type ServiceOptions,
  type ServicePorts,
} from './service.js';
export { Retention } from './retention/retention.js';
