import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, metrics, type Logger } from '@mesh/tracing';
import type { z } from 'zod';
import { loadConfig, maskConfig, secretsOf } from './config/load-config.js';
import type { GrpcServiceDefinition } from './grpc/service-definition.js';
import { grpcTls, type GrpcTlsConfig } from './grpc/grpc-tls.js';
import type { HttpOptions } from './http/http-server.js';
import { Lifecycle } from './lifecycle/lifecycle.js';
import { ManagementRoutes } from './lifecycle/management-routes.js';
import { startManagementServer } from './lifecycle/management-server.js';
import { NestLogger } from './lifecycle/nest-logger.js';
import { Readiness } from './lifecycle/readiness.js';
import type { Runtime } from './lifecycle/runtime.js';
import { ServiceModule, type ServiceConfig } from './service-module.js';

/** A service's name, and what it serves. */
export interface ServiceOptions {
  /** Such as `job`; in log lines, metrics and the database's list of sessions. */
  readonly name: string;
  /** The gRPC services that its controllers serve, on GRPC_PORT. @default none, and no server */
  readonly grpc?: readonly GrpcServiceDefinition[];
  /** Serves HTTP on PORT; a function sets up what Nest modules can't, before the server listens. @default false */
  readonly http?: boolean | ((app: NestFastifyApplication) => void | Promise<void>);
}

/** The ports that a running service listens on. */
export interface ServicePorts {
  readonly management: number;
  readonly grpc?: number;
  readonly http?: number;
}

/** A service that runs in this process. */
export interface RunningService {
  readonly app: INestApplicationContext;
  readonly ports: ServicePorts;
  readonly runtime: Runtime;
  /** Fulfilled when readiness says so. @throws what a part fails with that can't go on */
  ready(): Promise<void>;
  /** Not ready → no intake → in-flight ends → relay flushed → connections closed. */
  stop(): Promise<void>;
}

/** The environment of a service's process, or of a test that runs one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Starts a service in this process; `bootstrap` is this plus signals and exit codes.
 * @throws ConfigError naming every wrong variable
 */
export async function startService<Schema extends z.ZodObject>(
  module: Type,
  schema: Schema,
  options: ServiceOptions,
  env: Environment,
): Promise<RunningService> {
  return new Service(options, loadConfig(schema, env, options.name)).start(module);
}

/** The variables that the kit itself reads; schemas that spread the fragments have them. */
interface KitConfig extends HttpOptions, GrpcTlsConfig {
  readonly HOST: string;
  readonly MANAGEMENT_PORT: number;
  readonly LOG_LEVEL: string;
  readonly LOG_FORMAT?: 'json' | 'text';
  readonly GRPC_PORT?: number;
  readonly GRPC_MAX_IN_FLIGHT?: number;
  readonly PORT?: number;
  readonly HTTP_MAX_IN_FLIGHT?: number;
  readonly BAGGAGE_KEYS?: readonly string[];
}

export class Service {
  readonly runtime: Runtime;
  readonly #options: ServiceOptions;
  readonly #config: ServiceConfig & KitConfig;
  #httpServer: Server | undefined;
  #partingMs = 0;

  constructor(options: ServiceOptions, config: ServiceConfig) {
    this.#options = options;
    this.#config = config as ServiceConfig & KitConfig;
    const { LOG_LEVEL: level, LOG_FORMAT: format = defaultFormat(config) } = this.#config;
    const log: Logger = createLogger(options.name, { level, format, secrets: secretsOf(config) });
    this.runtime = {
      name: options.name,
      log,
      lifecycle: new Lifecycle(log),
      readiness: new Readiness(),
      management: new ManagementRoutes(),
    };
  }

  async start(module: Type): Promise<RunningService> {
    const { log, readiness, lifecycle, management: routes } = this.runtime;
    log.info({ config: maskConfig(this.#config) }, 'Configuration');
    metrics.collectProcess();
    const { HOST: host, MANAGEMENT_PORT: port } = this.#config;
    const started = readiness.require('start');
    const management = await startManagementServer({ host, port, readiness, routes, log });
    const { app, ports } = await this.#listen(
      ServiceModule.register(module, this.#config, this.runtime),
    );
    lifecycle.onStop('intake', 'servers', async () => {
      if (this.#httpServer) await untilLeft(this.#httpServer, this.#partingMs);
      await app.close();
    });
    lifecycle.onStop('close', 'management', () => management.close());
    started.fulfil();
    return {
      app,
      ports: { management: management.port, ...ports },
      runtime: this.runtime,
      ready: () => whenReady(this.runtime),
      stop: () => this.stop(),
    };
  }

  /**
   * `partingMs`: how long HTTP is still served to whoever has a connection, and told with each answer to leave
   * it; shorter when all have left. A connection that is closed while a request is on its way to it is reset.
   * @default 0
   */
  async stop({ partingMs = 0 }: { readonly partingMs?: number } = {}): Promise<void> {
    this.#partingMs = partingMs;
    this.runtime.readiness.stop();
    await this.runtime.lifecycle.stop();
  }

  async #listen(root: ReturnType<typeof ServiceModule.register>) {
    const { grpc, http } = this.#options;
    const logger = new NestLogger(this.runtime.log);
    const nest = { logger, abortOnError: false, bufferLogs: false } as const;
    if (http) return this.#listenHttp(root, nest);
    if (grpc === undefined) {
      return { app: await NestFactory.createApplicationContext(root, nest), ports: {} };
    }
    const strategy = await this.#grpcServer(grpc);
    const app = await NestFactory.createMicroservice(root, { ...nest, strategy });
    await app.listen();
    return { app, ports: { grpc: strategy.port } };
  }

  async #listenHttp(
    root: ReturnType<typeof ServiceModule.register>,
    nest: { readonly logger: NestLogger },
  ) {
    const { http, grpc } = this.#options;
    const { createHttpAdapter, addCallContext, boundConnections } =
      await import('./http/http-server.js');
    const { limitInFlight } = await import('./http/in-flight-limit.js');
    const { requireHost } = await import('./http/host-header.js');
    const { measureRequests } = await import('./http/request-metrics.js');
    const { identifyRequests } = await import('./http/request-identity.js');
    const app = await NestFactory.create<NestFastifyApplication>(
      root,
      await createHttpAdapter(this.#config),
      nest,
    );
    measureRequests(app);
    limitInFlight(app, this.#config.HTTP_MAX_IN_FLIGHT ?? 1000);
    addCallContext(app, this.runtime.lifecycle.stopping, this.#config.BAGGAGE_KEYS);
    requireHost(app);
    boundConnections(app.getHttpServer(), this.#config, this.runtime.log);
    if (typeof http === 'function') await http(app);
    const strategy = grpc && (await this.#grpcServer(grpc));
    if (strategy) app.connectMicroservice({ strategy }, { inheritAppConfig: true });
    await app.startAllMicroservices();
    await app.init();
    identifyRequests(app.getHttpServer());
    await app.listen(this.#config.PORT ?? 0, this.#config.HOST);
    this.#httpServer = app.getHttpServer() as Server;
    this.#cutOff(this.#httpServer);
    const { port } = this.#httpServer.address() as AddressInfo;
    return { app, ports: { http: port, ...(strategy && { grpc: strategy.port }) } };
  }

  /** Requests that do not end must not keep what is accepted from being flushed. */
  #cutOff(server: { closeAllConnections(): void }): void {
    this.runtime.lifecycle.stopping.addEventListener('abort', () => {
      setTimeout(() => server.closeAllConnections(), drainMs).unref();
    });
  }

  async #grpcServer(services: readonly GrpcServiceDefinition[]) {
    const { GrpcServer } = await import('./grpc/grpc-server.js');
    return new GrpcServer({
      host: this.#config.HOST,
      port: this.#config.GRPC_PORT ?? 0,
      services,
      maxInFlight: this.#config.GRPC_MAX_IN_FLIGHT ?? 512,
      tls: grpcTls(this.#config),
      log: this.runtime.log,
    });
  }
}

/** A developer reads what is on a terminal; files and pipes are read by programs. */
function defaultFormat({ NODE_ENV }: Readonly<Record<string, unknown>>): 'json' | 'text' {
  return NODE_ENV === 'development' && process.stdout.isTTY ? 'text' : 'json';
}

/** How long requests in flight have to end at shutdown. */
const drainMs = 5000;
const pollMs = 25;

async function whenReady({ readiness, lifecycle }: Runtime): Promise<void> {
  while ((await readiness.report()).status !== 'ready') {
    if (lifecycle.failure !== undefined) throw lifecycle.failure;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Until nobody is connected, for so long at most. */
async function untilLeft(server: Server, atMostMs: number): Promise<void> {
  const count = promisify(server.getConnections.bind(server));
  const end = performance.now() + atMostMs;
  while (performance.now() < end && (await count()) > 0)
    await new Promise((resolve) => setTimeout(resolve, pollMs));
}
