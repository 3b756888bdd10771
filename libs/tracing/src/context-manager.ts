import { AsyncLocalStorage } from 'node:async_hooks';
import { context, ROOT_CONTEXT, type Context, type ContextManager } from '@opentelemetry/api';

/** Keeps the OpenTelemetry context over async calls, for as long as no SDK brings its own. */
class AsyncLocalContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(active, () => fn.apply(thisArg, args));
  }

  bind<T>(active: Context, target: T): T {
    if (typeof target !== 'function') return target;
    const call = target as unknown as (...args: unknown[]) => unknown;
    return ((...args: unknown[]) => this.#storage.run(active, () => call(...args))) as T;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

let probed = false;

/** Makes `context.active()` work. Leaves alone a manager that an SDK has registered before. */
export function ensureContextManager(): void {
  if (probed) return;
  probed = true;
  const probe = ROOT_CONTEXT.setValue(Symbol('probe'), true);
  const registered = context.with(probe, () => context.active() === probe);
  if (!registered) context.setGlobalContextManager(new AsyncLocalContextManager());
}
