import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageConfig } from './buildah.js';

/** Nothing of this is needed to run a service. */
const unwanted = [
  'bin/sh',
  'bin/bash',
  'usr/bin/env',
  'usr/local/bin/npm',
  'src',
  'app/main.js.map',
];

/** @returns what is wrong with how an image says it is to be run, one line each */
export function configFaults(
  service: string,
  { User, Env, Entrypoint, Labels, Healthcheck, StopSignal }: ImageConfig,
): readonly string[] {
  const uid = Number(User?.split(':')[0]);
  return faults({
    [`the user is ${User}, not a number above 0`]: !(uid > 0),
    [`the entry point is ${Entrypoint.join(' ')}, not node itself`]:
      !Entrypoint[0]?.endsWith('/node'),
    'production is not the default': !Env.includes('NODE_ENV=production'),
    'there is no health check, or one that needs a shell': Healthcheck?.Test[0] !== 'CMD',
    [`the stop signal is ${StopSignal}`]: StopSignal !== 'SIGTERM',
    'the labels do not name it': Labels['org.opencontainers.image.title'] !== `mesh-${service}`,
  });
}

/** @returns what is wrong with what is in an image, one line each */
export function contentFaults(service: string, folder: string): readonly string[] {
  const packages = packagesOf(join(folder, 'app/node_modules'));
  const listed = new Set(components(join(folder, 'app/sbom.json')));
  const page = existsSync(join(folder, 'app/web/index.html'));
  return [
    ...unwanted.filter((path) => existsSync(join(folder, path))).map((path) => `it holds /${path}`),
    ...packages.filter((name) => !listed.has(name)).map((name) => `sbom.json lacks ${name}`),
    ...['node', '@nestjs/core']
      .filter((name) => !listed.has(name))
      .map((name) => `sbom.json lacks ${name}`),
    ...faults({
      'it holds no page': service === 'gateway' && !page,
      'it holds the page': service !== 'gateway' && page,
      'it holds development packages': packages.includes('typescript') || packages.includes('nx'),
    }),
  ];
}

/** Bytes of the files. */
export function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + lstatSync(join(parentPath, name)).size, 0);
}

function faults(wrong: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(wrong).filter((what) => wrong[what]);
}

function packagesOf(modules: string): string[] {
  return readdirSync(modules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(modules, name)).map((one) => `${name}/${one}`) : [name],
  );
}

function components(file: string): string[] {
  const sbom = JSON.parse(readFileSync(file, 'utf8')) as { components: { name: string }[] };
  return sbom.components.map(({ name }) => name);
}
