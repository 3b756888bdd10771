// What the services of this workspace have and need: apps/<name>/service.json.
// Start at service.ts; read-services.ts reads and checks them. What a service does with events is in @mesh/contracts.
export { allServices } from './all-services.js';
export { readServices, ServicesError } from './read-services.js';
export { nameFaults, reservedNames } from './service-names.js';
export {
  addressVariable,
  databaseName,
  edgeOf,
  variablePrefix,
  type LookedAt,
  type Outside,
  type Service,
} from './service.js';
