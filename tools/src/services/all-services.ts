import { root } from '../root.js';
import { readServices } from './read-services.js';
import type { Service } from './service.js';

let services: readonly Service[] | undefined;

/** Those of this workspace, read once. @throws ServicesError with every fault at once */
export function allServices(): readonly Service[] {
  services ??= readServices(root);
  return services;
}
