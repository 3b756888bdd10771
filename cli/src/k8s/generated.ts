import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { participants } from '@mesh/contracts/participants';
import { amqpTopology, kafkaTopics } from '@mesh/contracts/topology';
import { root } from '@mesh/tools/root';
import { arrows } from './arrows.js';
import { diagramOf } from './diagram.js';
import { topicManifests, userManifests } from './kafka-manifests.js';
import { textOf, type GeneratedFile } from './manifest.js';
import { dashboardManifests, ruleManifests } from './observability-manifests.js';
import { closed, policiesOf } from './network-policies.js';
import { amqpUsers, exchangesAndQueues } from './rabbitmq-manifests.js';

const contracts = 'libs/contracts/src/';
const topologyFiles = `${contracts}topology and ${contracts}participants`;

/** The files below k8s/ that are made from code. */
export const generatedFiles: readonly GeneratedFile[] = [
  {
    path: 'k8s/components/kafka/topics.yaml',
    madeFrom: `${contracts}topology`,
    manifests: topicManifests(kafkaTopics),
  },
  {
    path: 'k8s/components/kafka/users.yaml',
    madeFrom: `${contracts}participants`,
    manifests: userManifests(participants),
  },
  {
    path: 'k8s/components/rabbitmq/topology.yaml',
    madeFrom: topologyFiles,
    manifests: exchangesAndQueues(amqpTopology, participants),
  },
  {
    path: 'k8s/components/rabbitmq/users.yaml',
    madeFrom: `${contracts}participants`,
    manifests: amqpUsers(participants),
  },
  {
    path: 'k8s/components/network-policies/policies.yaml',
    madeFrom: 'cli/src/k8s/arrows.ts',
    manifests: [...closed, ...policiesOf(arrows)],
  },
  {
    path: 'k8s/components/observability/rules.yaml',
    madeFrom: 'observability/rules',
    manifests: ruleManifests(join(root, 'observability/rules')),
  },
  {
    path: 'k8s/components/observability/dashboards.yaml',
    madeFrom: 'observability/dashboards',
    manifests: dashboardManifests(join(root, 'observability/dashboards')),
  },
];

const architecture = 'docs/architecture.md';
const [begin, end] = [
  '<!-- arrows: made by `npm run mesh -- manifests write` -->',
  '<!-- /arrows -->',
];

/** Every text that is made from code, by its path from the root. */
export function generatedTexts(): ReadonlyMap<string, string> {
  const texts = generatedFiles.map((file) => [file.path, textOf(file)] as const);
  return new Map([
    ...texts,
    collectorConfig(),
    [architecture, withDiagram(read(architecture) ?? '')],
  ]);
}

/** Kustomize takes no file from beside its folder. */
function collectorConfig(): readonly [string, string] {
  const source = 'observability/collector/config.yaml';
  const head = `# Made from ${source} by \`npm run mesh -- manifests write\`; change that.\n`;
  return ['k8s/components/observability/collector-config.yaml', head + (read(source) ?? '')];
}

/** Paths of those that are otherwise on disk, or are not there. */
export function staleFiles(): string[] {
  return [...generatedTexts()].flatMap(([path, text]) => (read(path) === text ? [] : [path]));
}

/** Writes what is stale; says what that was. */
export function writeGenerated(): string[] {
  const stale = staleFiles();
  const texts = generatedTexts();
  for (const path of stale) writeFileSync(join(root, path), texts.get(path) ?? '');
  return stale;
}

function withDiagram(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${architecture} has no place for the arrows`);
  return `${page.slice(0, from)}${begin}\n\n${diagramOf(arrows)}\n\n${page.slice(to)}`;
}

function read(path: string): string | null {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
