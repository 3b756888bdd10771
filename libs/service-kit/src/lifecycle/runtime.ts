import type { Logger } from '@mesh/tracing';
import type { Lifecycle } from './lifecycle.js';
import type { ManagementRoutes } from './management-routes.js';
import type { Readiness } from './readiness.js';

/** What the process offers to every module of a service: `@Inject(RUNTIME) runtime: Runtime`. */
export interface Runtime {
  /** The service's name, such as `job`. */
  readonly name: string;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly readiness: Readiness;
  /** Of the management port. */
  readonly management: ManagementRoutes;
}

/** Injects the {@link Runtime}: `@Inject(RUNTIME) runtime: Runtime`. */
export const RUNTIME = Symbol('RUNTIME');
