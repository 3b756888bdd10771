import type { DescribedMetric } from '@mesh/tracing';

/** A metric of the mesh: what it is, and who has it. */
export interface CatalogedMetric extends DescribedMetric {
  /** Base unit, as its name ends. */
  readonly unit: string;
  readonly services: readonly string[];
}

/** Of each service what it registers, as one list by name. */
export function catalogOf(registered: Readonly<Record<string, readonly DescribedMetric[]>>): readonly CatalogedMetric[] {
  const found = new Map<string, CatalogedMetric & { services: string[] }>();
  for (const service of Object.keys(registered).sort())
    for (const metric of registered[service] ?? []) {
      const known = found.get(metric.name);
      if (known) known.services.push(service);
      else found.set(metric.name, { ...metric, unit: unitOf(metric.name), services: [service] });
    }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

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
  const row = ({ name, type, unit, labels, services, help }: CatalogedMetric) => `| ${[`\`${name}\``, type, unit, labels.map((one) => `\`${one}\``).join(', '), services.join(', '), help.replaceAll('|', '\\|')].join(' | ')} |`;
  const head = ['Name', 'Type', 'Unit', 'Labels', 'Services', 'What it tells'];
  return [`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`, ...metrics.map(row)].join('\n');
}
