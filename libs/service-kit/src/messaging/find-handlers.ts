import { PIPES_METADATA } from '@nestjs/common/constants.js';
import type { DiscoveryService, ExternalContextCreator, MetadataScanner } from '@nestjs/core';
import { eventHandlerMetadata } from './event-handler.decorator.js';
import type { FoundHandler } from './subscription-plan.js';

/** The context type that guards and interceptors of event handlers see. */
export const eventContextType = 'event';

const parametersKey = 'mesh:event-handler-parameters';
// Nest runs pipes over parameters that it knows: `<type>:<index>`, where an unknown type is a custom one.
const parameters = {
  '100:0': { index: 0, data: 'event', pipes: [] },
  '100:1': { index: 1, data: 'transaction', pipes: [] },
};
const parameterValues = {
  exchangeKeyForValue: (_type: number, data: unknown, args: unknown[]) =>
    args[data === 'event' ? 0 : 1],
};

/** Global pipes are for requests, and would cost every event. */
function hasPipes(...targets: readonly object[]): boolean {
  return targets.some((target) => Reflect.hasMetadata(PIPES_METADATA, target));
}

/** The `@EventHandler` methods of all providers and controllers, with Nest's guards and interceptors around them. */
export function findHandlers(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
  contexts: ExternalContextCreator,
): FoundHandler[] {
  const instances = [...discovery.getProviders(), ...discovery.getControllers()]
    .filter((wrapper) => !wrapper.isAlias && wrapper.isDependencyTreeStatic())
    .map(({ instance }): unknown => instance)
    .filter((instance): instance is object => typeof instance === 'object' && instance !== null);
  return [...new Set(instances)].flatMap((instance) => {
    const prototype = Object.getPrototypeOf(instance) as object | null;
    if (prototype === null || prototype === Object.prototype) return [];
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method = (instance as Record<string, unknown>)[name];
      const metadata = typeof method === 'function' ? eventHandlerMetadata(method) : undefined;
      if (metadata === undefined) return [];
      const callback = method as (...args: unknown[]) => unknown;
      const piped = hasPipes(instance.constructor, callback);
      if (piped) Reflect.defineMetadata(parametersKey, parameters, instance.constructor, name);
      const handle = contexts.create(
        instance as Record<string, unknown>,
        callback,
        name,
        piped ? parametersKey : undefined,
        piped ? parameterValues : undefined,
        undefined,
        undefined,
        { guards: true, interceptors: true, filters: false },
        eventContextType,
      );
      return [{ name: `${instance.constructor.name}.${name}`, ...metadata, handle }];
    });
  });
}
