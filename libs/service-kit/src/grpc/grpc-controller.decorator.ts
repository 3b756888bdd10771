import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import {
  splitPath,
  type GrpcMethodDefinition,
  type GrpcServiceDefinition,
  type InputOf,
  type ResponseOf,
} from './service-definition.js';

type Handler<Method extends GrpcMethodDefinition> = Method['responseStream'] extends true
  ? (
      request: InputOf<Method>,
      ...injected: never[]
    ) => AsyncIterable<ResponseOf<Method>> | Observable<ResponseOf<Method>>
  : (
      request: InputOf<Method>,
      ...injected: never[]
    ) => Promise<ResponseOf<Method>> | ResponseOf<Method>;

/** What a class that serves a gRPC service has: a method for each RPC, the request first. */
export type GrpcHandlers<Service extends GrpcServiceDefinition> = {
  [Name in keyof Service]: Handler<Service[Name]>;
};

/**
 * Serves a gRPC service by the methods of the class, found by name; the compiler asks for all of
 * them. Guards, pipes and interceptors work as on any controller. A server stream is an async
 * generator: it is asked for the next message when the connection can take it, and ended by its
 * `return` when the client goes away. A stream of requests is an async iterable in the place of the
 * request: the client is asked for more as it is read.
 *
 * As everywhere in Nest, once one parameter has a decorator all need one: `@Payload() request`.
 */
export function GrpcController<Service extends GrpcServiceDefinition>(service: Service) {
  return <Class extends new (...args: never[]) => GrpcHandlers<Service>>(target: Class): void => {
    for (const [name, { path }] of Object.entries(service)) {
      const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name);
      if (descriptor === undefined)
        throw new TypeError(`${target.name} has no method ${name} for ${path}`);
      const { service: fullName, method } = splitPath(path);
      GrpcMethod(fullName.split('.').at(-1) ?? fullName, method)(
        target.prototype as object,
        name,
        descriptor,
      );
    }
    Controller()(target);
  };
}
