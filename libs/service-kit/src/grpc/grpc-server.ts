import {
  Server,
  type sendUnaryData,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Logger } from '@mesh/tracing';
import {
  Server as NestServer,
  Transport,
  type CustomTransportStrategy,
  type MessageHandler,
} from '@nestjs/microservices';
import { AppError } from '../errors/app-error.js';
import { serverCredentials, type GrpcTls } from './grpc-tls.js';
import { Health, healthDefinition } from './health.js';
import { reflection, reflectionDefinitions } from './reflection.js';
import {
  requestsOf,
  serveAnswer,
  serveStream,
  type AnswerCall,
  type StreamCall,
} from './serve-call.js';
import {
  packageDefinition,
  serviceName,
  UndecodableRequest,
  type GrpcMethodDefinition,
  type GrpcServiceDefinition,
} from './service-definition.js';

export interface GrpcServerOptions {
  readonly host: string;
  readonly port: number;
  readonly services: readonly GrpcServiceDefinition[];
  /** Calls with one answer at once; one more is refused with OVERLOADED. */
  readonly maxInFlight: number;
  readonly log: Logger;
  /** @default none: plain text */
  readonly tls?: GrpcTls | undefined;
}

/** How long calls in flight have to end at shutdown. */
const drainMs = 5000;

/**
 * Nest's gRPC transport over compiled-in definitions, with what a service needs around each call:
 * trace, deadline, token and cancellation in the call context, rich errors, a bound on what is
 * served at once, backpressure on streams, health, reflection, and a drain at the end.
 *
 * Nest's own strategy is not extended: it parses protos, buffers streams without a bound, and cuts
 * calls off at the end.
 */
export class GrpcServer extends NestServer implements CustomTransportStrategy {
  override readonly transportId = Transport.GRPC;
  readonly #options: GrpcServerOptions;
  readonly #health: Health;
  readonly #streams = new Set<AbortController>();
  #server: Server | undefined;
  #inFlight = 0;
  #port = 0;

  constructor(options: GrpcServerOptions) {
    super();
    this.#options = options;
    this.#health = new Health(options.services.map(serviceName));
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#port;
  }

  override addHandler(pattern: unknown, callback: MessageHandler): void {
    this.messageHandlers.set(handlerKey(pattern as { service: string; rpc: string }), callback);
  }

  listen(callback: (error?: unknown) => void): void {
    this.#start().then(() => callback(), callback);
  }

  /** Ends streams with UNAVAILABLE, so that their clients move on, and waits for the unary calls in flight. */
  async close(): Promise<void> {
    this.#health.close();
    for (const stream of this.#streams)
      stream.abort(new AppError('UNAVAILABLE', 'The service stops'));
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#options.log.warn({ inFlight: this.#inFlight }, 'Calls were cut off at shutdown');
        server.forceShutdown();
        resolve();
      }, drainMs);
      server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  on(): never {
    throw new TypeError('The gRPC server has no events');
  }

  unwrap<T>(): T {
    return this.#server as T;
  }

  async #start(): Promise<void> {
    const server = new Server({
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 5_000,
      'grpc.enable_channelz': 0,
    });
    for (const [name, definition] of Object.entries(packageDefinition(this.#options.services))) {
      server.addService(
        definition as unknown as ServiceDefinition,
        this.#implementation(name, definition),
      );
    }
    server.addService(healthDefinition, this.#health.implementation());
    const names = this.#options.services.map(serviceName);
    for (const definition of reflectionDefinitions)
      server.addService(definition, reflection(names));
    const { host, port } = this.#options;
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${host}:${port}`, serverCredentials(this.#options.tls), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    this.#server = server;
    this.#health.open();
  }

  #implementation(
    service: string,
    methods: Readonly<Record<string, GrpcMethodDefinition>>,
  ): UntypedServiceImplementation {
    return Object.fromEntries(
      Object.entries(methods).flatMap(([name, method]) => {
        const handler = this.messageHandlers.get(
          handlerKey({ service: service.split('.').at(-1)!, rpc: name }),
        );
        if (handler === undefined) return [];
        const handle = async (call: AnswerCall | StreamCall) => {
          const request = 'request' in call ? call.request : requestsOf(call);
          if (request instanceof UndecodableRequest) throw request.error;
          return Reflect.apply(handler, undefined, [request, call.metadata, call]) as unknown;
        };
        return [
          [
            name,
            method.responseStream
              ? this.#stream(method.path, handle)
              : this.#answer(method.path, handle),
          ],
        ];
      }),
    );
  }

  #answer(path: string, handle: (call: AnswerCall) => Promise<unknown>) {
    const { maxInFlight, log } = this.#options;
    return (call: AnswerCall, done: sendUnaryData<unknown>): void => {
      const overloaded = this.#inFlight >= maxInFlight;
      this.#inFlight += 1;
      const abort = new AbortController();
      // One request is answered while the server drains; a stream of them may last.
      if (!('request' in call)) this.#streams.add(abort);
      void serveAnswer({ path, log, call, abort, done }, () => {
        if (overloaded)
          throw new AppError('OVERLOADED', `More than ${maxInFlight} calls are being served`);
        return handle(call);
      }).finally(() => {
        this.#inFlight -= 1;
        this.#streams.delete(abort);
      });
    };
  }

  #stream(path: string, handle: (call: StreamCall) => Promise<unknown>) {
    const { log } = this.#options;
    return (call: StreamCall): void => {
      const abort = new AbortController();
      this.#streams.add(abort);
      void serveStream({ path, log, call, abort }, () => handle(call)).finally(() =>
        this.#streams.delete(abort),
      );
    };
  }
}

function handlerKey({ service, rpc }: { service: string; rpc: string }): string {
  return `${service}/${rpc}`;
}
