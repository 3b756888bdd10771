import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { participants } from '@mesh/contracts/participants';
import { amqpTopology, kafkaTopics } from '@mesh/contracts/topology';
import { root } from '@mesh/tools/root';
import { allServices } from '@mesh/tools/services';
import { arrowsOf } from './arrows.js';
import { diagramOf } from './diagram.js';
import { topicManifests, userManifests } from './kafka-manifests.js';
import { textOf, type GeneratedFile } from './manifest.js';
import { dashboardManifests, ruleManifests } from './observability-manifests.js';
import { closed, policiesOf } from './network-policies.js';
import { placesOf } from './places.js';
import { amqpUsers, exchangesAndQueues } from './rabbitmq-manifests.js';
import { factsOf } from './services/facts.js';
import { abandonedFiles, serviceFiles } from './services/service-files.js';

const contracts = 'libs/contracts/src/';
const topologyFiles = `${contracts}topology and ${contracts}participants`;

const services = factsOf(allServices(), participants);
const arrows = arrowsOf(services);
const places = placesOf(services);

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
    madeFrom: `apps/*/service.json, ${contracts}participants and cli/src/k8s/arrows.ts`,
    manifests: [...closed, ...policiesOf(arrows, places)],
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
    ...serviceFiles(root, services),
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

/** Paths of those that are otherwise on disk, are not there, or belong to no service any more. */
export function staleFiles(): string[] {
  const texts = generatedTexts();
  const changed = [...texts].flatMap(([path, text]) => (read(path) === text ? [] : [path]));
  return [...changed, ...abandonedFiles(root, [...texts])];
}

/** Writes what is stale, removes what belongs to no service any more; says what that was. */
export function writeGenerated(): string[] {
  const texts = generatedTexts();
  const stale = staleFiles();
  for (const path of stale) {
    const text = texts.get(path);
    const file = join(root, path);
    if (text === undefined) rmSync(file);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  return stale;
}

function withDiagram(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${architecture} has no place for the arrows`);
  return `${page.slice(0, from)}${begin}\n\n${diagramOf(arrows, places)}\n\n${page.slice(to)}`;
}

function read(path: string): string | null {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
