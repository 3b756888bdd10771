import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseName } from '@mesh/tools/services';
import { blocksOf, withBlock } from './blocks.js';
import type { ServiceFacts } from './facts.js';
import { kafkaFiles } from './kafka.js';
import {
  composeFiles,
  elsewhereFiles,
  externalSecretFiles,
  monitorFiles,
  releaseFiles,
} from './others.js';
import { postgresFiles } from './postgres.js';
import { rabbitmqFiles } from './rabbitmq.js';
import { madeHead, withHead, type Texts } from './texts.js';
import { tlsFiles } from './tls.js';

/** Files, and files with made blocks in them, that are the same for every service by what it has. */
export function serviceFiles(workspace: string, services: readonly ServiceFacts[]): Texts {
  const secrets = join(workspace, 'k8s/overlays/production/secrets');
  const hasSecrets = (name: string) => existsSync(join(secrets, `${name}.env.example`));
  const whole = withHead([
    ...kafkaFiles(services),
    ...rabbitmqFiles(services),
    ...postgresFiles(services),
    ...tlsFiles(services),
    ...monitorFiles(services),
    ...externalSecretFiles(services),
    ...releaseFiles(services),
    ...elsewhereFiles(services, hasSecrets),
    ...composeFiles(services, databaseName),
  ]);
  return [...whole, ...withBlocks(workspace, services)];
}

function withBlocks(workspace: string, services: readonly ServiceFacts[]): Texts {
  const texts = new Map<string, string>();
  for (const block of blocksOf(services)) {
    const file = join(workspace, block.path);
    const before = texts.get(block.path) ?? (existsSync(file) ? readFileSync(file, 'utf8') : '');
    texts.set(block.path, withBlock(before, block));
  }
  return [...texts];
}

/** Where files of services are that may be there no longer. */
const folders = [
  ...['kafka', 'rabbitmq', 'postgres', 'tls'].map((name) => `k8s/components/${name}`),
  'k8s/overlays/production/servers-elsewhere',
];

/** Made files of services that are gone. */
export function abandonedFiles(workspace: string, made: Texts): readonly string[] {
  const known = new Set(made.map(([path]) => path));
  return folders.flatMap((folder) =>
    readdirSync(join(workspace, folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => !known.has(path))
      .filter((path) => readFileSync(join(workspace, path), 'utf8').startsWith(madeHead)),
  );
}
