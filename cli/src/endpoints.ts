import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '@mesh/tools/root';
import { CliError } from './cli-error.js';

/** The addresses of each service, as the launcher wrote them. */
export type Endpoints = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** @throws CliError when no mesh runs here */
export function readEndpoints(env: Readonly<Record<string, string | undefined>>): Endpoints {
  const file = join(resolve(root, env['MESH_DIR'] ?? '.mesh'), 'endpoints.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Endpoints;
  } catch (cause) {
    throw new CliError(
      `No mesh runs here: ${file} can't be read. Start it with npm start, or set MESH_DIR to the folder of one that runs.`,
      1,
      { cause },
    );
  }
}
