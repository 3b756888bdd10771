import { capabilities, isOf, type Capability } from '@mesh/tools/observability/catalogue';
import { allServices } from '@mesh/tools/services';
import type { DescribedMetric } from '@mesh/tracing';

/** A metric of the mesh: what it is, and who has it. */
export interface CatalogedMetric extends DescribedMetric {
  /** Base unit, as its name ends. */
  readonly unit: string;
  /** Those that have it: of a kind, or by name. */
  readonly services: Capability | readonly string[];
}

/**
 * Of each service what it registers, as one list by name. Who has a metric stays as it is known while that is so:
 * with few services, several kinds are the same ones. Metrics of a kind that no service is of stay.
 */
export function catalogOf(registered: Readonly<Record<string, readonly DescribedMetric[]>>, known: readonly CatalogedMetric[]): readonly CatalogedMetric[] {
  const metrics = Object.values(registered).flat();
  const found = [...new Map(metrics.map((metric) => [metric.name, metric])).values()];
  const kept = known.filter(({ services }) => typeof services === 'string' && namesOf(services).length === 0);
  const entries = found.map((metric) => {
    const names = Object.keys(registered).filter((service) => registered[service]?.some(({ name }) => name === metric.name));
    const before = known.find(({ name }) => name === metric.name)?.services;
    return { ...metric, unit: unitOf(metric.name), services: ownersOf(metric.name, names, before) };
  });
  return [...entries, ...kept].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function ownersOf(metric: string, names: readonly string[], before: CatalogedMetric['services'] | undefined): CatalogedMetric['services'] {
  const fitting = capabilities.filter((one) => namesOf(one).join() === [...names].sort().join());
  const named = fitting.find((one) => metric.startsWith(`mesh_${one}_`));
  return fitting.find((one) => one === before) ?? named ?? fitting[0] ?? [...names].sort();
}

/** Of services that have the metric. */
export function namesOf(services: CatalogedMetric['services']): readonly string[] {
  if (typeof services !== 'string') return services;
  return allServices()
    .filter((service) => isOf(services, service))
    .map(({ name }) => name)
    .sort();
}

const inWords: Readonly<Record<Capability, string>> = {
  every: 'every',
  database: 'with a database',
  grpc: 'with gRPC',
  http: 'with HTTP',
  edge: 'the edge',
};

function unitOf(name: string): string {
  return /_(seconds|bytes|ratio)(?:_total)?$/.exec(name)?.[1] ?? 'count';
}

/** The page of the reference. */
export function catalogPage(metrics: readonly CatalogedMetric[]): string {
  const own = metrics.filter(({ name }) => name.startsWith('mesh_'));
  const rest = metrics.filter(({ name }) => !name.startsWith('mesh_'));
  return `# Metrics

Made by a test from what the services register; do not edit. To make it anew:
\`npx vitest run --project e2e apps/e2e/src/embedded.e2e.spec.ts -t catalog -u\`.
\`docs/reference/metrics.json\` has the same for programs.

Every service answers \`GET /metrics\` on its management port in the text format of Prometheus, and
\`GET /metrics/catalog\` with what it registers. Counts have no unit in their name. A label has a bounded set of
values: what does not belong to it is \`other\`.

## Of the mesh

${table(own)}

## Of the process

From prom-client; which of them are there depends on the platform.

${table(rest)}
`;
}

function table(metrics: readonly CatalogedMetric[]): string {
  const row = ({ name, type, unit, labels, services, help }: CatalogedMetric) => `| ${[`\`${name}\``, type, unit, labels.map((one) => `\`${one}\``).join(', '), typeof services === 'string' ? inWords[services] : services.join(', '), help.replaceAll('|', '\\|')].join(' | ')} |`;
  const head = ['Name', 'Type', 'Unit', 'Labels', 'Services', 'What it tells'];
  return [`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`, ...metrics.map(row)].join('\n');
}
