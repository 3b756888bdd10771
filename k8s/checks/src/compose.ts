import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '@mesh/service-kit';
import { root } from '@mesh/tools/root';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { brokerVariables, telemetryVariables, type ServiceCode } from './service-code.js';

interface ComposeFile {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly image?: string;
        readonly ports?: readonly string[];
        readonly environment?: Readonly<Record<string, string>>;
      }
    >
  >;
}

export interface ComposeOptions {
  readonly services: readonly ServiceCode[];
  /** Empty, for keys as they are made in a container. */
  readonly folder: string;
}

/** What is wrong with a compose file: against the specification, and against the code of our services. */
export function composeFaults(text: string, { services, folder }: ComposeOptions): string[] {
  const file = parse(text, { merge: true }) as ComposeFile;
  const schema = JSON.parse(
    readFileSync(join(root, 'k8s/schemas/compose/compose-spec.json'), 'utf8'),
  ) as Record<string, unknown>;
  delete schema['$schema'];
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.validate(schema, file);
  const shape = (ajv.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
  makeKeys(folder);
  const open = Object.entries(file.services).flatMap(([name, { ports = [] }]) =>
    ports
      .filter((port) => !port.startsWith('127.0.0.1:'))
      .map((port) => `${name}: port ${port} is open to other machines`),
  );
  return [...shape, ...open, ...services.flatMap((one) => serviceFaults(file, one, folder))];
}

function serviceFaults(file: ComposeFile, { name, schema }: ServiceCode, folder: string): string[] {
  const service = file.services[name];
  if (service === undefined) return [`${name} is missing`];
  const { environment = {}, image } = service;
  const telemetry = telemetryVariables();
  const unknown = Object.keys(environment).filter(
    (variable) =>
      !(variable in schema.shape) && !brokerVariables.has(variable) && !telemetry.has(variable),
  );
  const variables = Object.entries({ ...imageVariables(), ...environment }).map(
    ([variable, value]) => [variable, value.replace(/^\/(keys|app\/web)\b/, `${folder}/$1`)],
  );
  return [
    ...(image === `mesh/${name}` ? [] : [`${name}: its image is ${image}`]),
    ...unknown.map((variable) => `${name}: ${variable} is no variable of it`),
    ...configFaults(() =>
      loadConfig(schema, Object.fromEntries(variables) as Record<string, string>, name),
    ),
  ];
}

function configFaults(load: () => unknown): string[] {
  try {
    load();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map(
      ({ variable, expected }) => `${error.service}: ${variable}: expected ${expected}`,
    );
  }
}

/** What the image sets. */
function imageVariables(): Record<string, string> {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
  const [, line = ''] = /^ENV (.*)$/m.exec(text) ?? [];
  return Object.fromEntries(
    [...line.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
}

function makeKeys(folder: string): void {
  for (const path of ['keys', 'mailbox', 'app/web'])
    mkdirSync(join(folder, path), { recursive: true });
  const script = join(root, 'tools/compose/make-keys.mjs');
  execFileSync(process.execPath, [script, join(folder, 'keys'), join(folder, 'mailbox')]);
}
