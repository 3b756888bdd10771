import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shapeFaults } from './descriptor-faults.js';
import { relationFaults } from './relation-faults.js';
import { nameFaults } from './service-names.js';
import type { Service } from './service.js';

/** Descriptors that say nothing sensible; the message has every fault of all of them. */
export class ServicesError extends Error {
  readonly code = 'SERVICES_INVALID';
  readonly retryable = false;

  constructor(readonly faults: readonly string[]) {
    super(`The services can't be as they are described:\n  ${faults.join('\n  ')}`);
    this.name = 'ServicesError';
  }
}

/**
 * The services of a workspace, from apps/<name>/service.json: by name, and those that strangers reach over HTTP
 * after those that they call.
 * @throws ServicesError with every fault at once
 */
export function readServices(workspace: string): readonly Service[] {
  const apps = join(workspace, 'apps');
  const names = readdirSync(apps).filter((name) => existsSync(join(apps, name, 'service.json')));
  const read = names.sort().map((name) => readDescriptor(apps, name));
  const services = read.flatMap(({ service }) => service ?? []);
  const unread = read.flatMap(({ name, service }) => (service ? [] : [name]));
  const faults = [...read.flatMap((one) => one.faults), ...relationFaults(services, unread)];
  if (faults.length > 0) throw new ServicesError(faults);
  return services.toSorted((a, b) => Number(a.http) - Number(b.http));
}

interface Descriptor {
  readonly name: string;
  readonly faults: readonly string[];
  /** Unless it has faults. */
  readonly service?: Service;
}

function readDescriptor(apps: string, name: string): Descriptor {
  const at = (fault: string) => `apps/${name}/service.json: ${fault}`;
  try {
    const descriptor: unknown = JSON.parse(readFileSync(join(apps, name, 'service.json'), 'utf8'));
    const faults = [...nameFaults(name), ...shapeFaults(descriptor)].map(at);
    if (faults.length > 0) return { name, faults };
    const parts = Object.entries(descriptor as object).filter(([key]) => key !== '$schema');
    return { name, faults, service: { ...(Object.fromEntries(parts) as Service), name } };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { name, faults: [at(`no JSON (${error.message})`)] };
  }
}
