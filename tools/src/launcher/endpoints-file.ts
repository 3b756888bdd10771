import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoints } from './services.js';

export interface WrittenEndpoints {
  readonly dir: string;
  /** Of the first replica of each service. */
  readonly endpoints: Endpoints;
  /** Of the second replica of each service, the third … @default none */
  readonly further?: readonly Endpoints[];
}

/**
 * For commands and scripts, from when the ports are known until the mesh is stopped: a service's addresses, and those
 * of each of its replicas. Whether it is ready says its management address.
 */
export function writeEndpoints({ dir, endpoints, further = [] }: WrittenEndpoints): void {
  const byService = Object.keys(endpoints).map((name) => [
    name,
    [endpoints, ...further].map((each) => each[name]),
  ]);
  writeJson(join(dir, 'replicas.json'), Object.fromEntries(byService));
  writeJson(join(dir, 'endpoints.json'), endpoints);
}

export function removeEndpoints(dir: string): void {
  for (const name of ['endpoints.json', 'replicas.json']) rmSync(join(dir, name), { force: true });
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
