import type { DiscoveryService, ExternalContextCreator, MetadataScanner } from '@nestjs/core';
import { eventHandlerMetadata } from './event-handler.decorator.js';
import type { FoundHandler } from './subscription-plan.js';

/** The context type that guards and interceptors of event handlers see. */
export const eventContextType = 'event';

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
      const handle = contexts.create(
        instance as Record<string, unknown>,
        method as (...args: unknown[]) => unknown,
        name,
        undefined,
        undefined,
        undefined,
        undefined,
        { guards: true, interceptors: true, filters: false },
        eventContextType,
      );
      return [{ name: `${instance.constructor.name}.${name}`, ...metadata, handle }];
    });
  });
}
