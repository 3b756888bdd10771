import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '@mesh/tools/root';
import { transportConfig } from '@mesh/service-kit';
import { allServices } from '@mesh/tools/services';
import type { z } from 'zod';

export const serviceNames = allServices().map(({ name }) => name);

/** What the code of a service says of itself. */
export interface ServiceCode {
  readonly name: string;
  readonly schema: z.ZodObject;
  /** The variable that sets each of its ports, by the port's name. */
  readonly ports: Readonly<Record<string, string>>;
  /** Whether it has a database to migrate. */
  readonly migrates: boolean;
}

const portVariables = { management: 'MANAGEMENT_PORT', grpc: 'GRPC_PORT', http: 'PORT' };

export async function readServices(): Promise<readonly ServiceCode[]> {
  return Promise.all(serviceNames.map(readService));
}

async function readService(name: string): Promise<ServiceCode> {
  // By a computed path: an import would make the apps a part of this project.
  const file = pathToFileURL(join(root, 'apps', name, 'src/config.ts')).href;
  const { configSchema: schema } = (await import(file)) as { configSchema: z.ZodObject };
  const ports = Object.entries(portVariables).filter(([, variable]) => variable in schema.shape);
  return {
    name,
    schema,
    ports: Object.fromEntries(ports),
    migrates: 'DATABASE_URL' in schema.shape,
  };
}

/** Of brokers: every service gets them, also one that has nothing to do with streams. */
export const brokerVariables: ReadonlySet<string> = new Set(Object.keys(transportConfig));

/** What the management port answers to GET. */
export function managementPaths(): ReadonlySet<string> {
  const text = readFileSync(
    join(root, 'libs/service-kit/src/lifecycle/management-server.ts'),
    'utf8',
  );
  return new Set([...text.matchAll(/case '(\/[^']+)'/g)].map(([, path = '']) => path));
}

/** How long a service takes to stop, at most, before it is cut off. */
export function shutdownLimitSeconds(): number {
  const text = readFileSync(join(root, 'libs/service-kit/src/bootstrap.ts'), 'utf8');
  const [, limit] = /shutdownLimitMs = ([\d_]+)/.exec(text) ?? [];
  if (limit === undefined) throw new Error('bootstrap.ts names no shutdownLimitMs');
  return Number(limit.replaceAll('_', '')) / 1000;
}

/** Variables of OpenTelemetry that the code reads. */
export function telemetryVariables(): ReadonlySet<string> {
  const folder = join(root, 'libs/tracing/src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  return new Set(text.match(/\bOTEL_[A-Z_]+\b/g));
}
