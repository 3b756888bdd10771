// How an error code looks in each protocol; the only place where codes meet statuses. One line a service,
// and one line a code in the service's own file; what any service may use is in general.ts.
// Start at errorCatalog. Not here: the errors themselves, which are of libs/service-kit and of each domain.
import { general } from './general.js';
import { inventory } from './inventory.js';
import { order } from './order.js';

export type { ErrorLook } from './error-look.js';

/** Every code that a caller of the mesh may meet, with its gRPC status, its HTTP status and its title. */
export const errorCatalog = {
  ...general,
  ...order,
  ...inventory,
} as const;

/** A code of {@link errorCatalog}; stable on the wire, so that callers may decide by it. */
export type ErrorCode = keyof typeof errorCatalog;
