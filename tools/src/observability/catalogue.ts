import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Service } from '../services/index.js';
import type { LabelsOfMetric } from './promql.js';

/** Services that have a metric by what they are, not by their names. */
export const capabilities = ['every', 'database', 'grpc', 'http', 'edge'] as const;

export type Capability = (typeof capabilities)[number];

/** Whether a service is of those with the capability. */
export function isOf(capability: Capability, service: Service): boolean {
  return capability === 'every' || service[capability];
}

const entries = z.array(
  z.object({
    name: z.string(),
    type: z.enum(['counter', 'gauge', 'histogram', 'summary']),
    labels: z.array(z.string()),
    services: z.union([z.enum(capabilities), z.array(z.string())]),
  }),
);

/** A line of docs/reference/metrics.json. */
export type CatalogueEntry = z.infer<typeof entries>[number];

/** Of each target that Prometheus scrapes; `job` is the name of the service. */
const ofTarget = ['job', 'instance'];

/** What is not of a service: from Prometheus itself, and from Kubernetes where that is scraped. */
const outside: Readonly<Record<string, readonly string[]>> = {
  up: ofTarget,
  ALERTS: ['alertname', 'alertstate', 'severity', 'job', 'group'],
  kubelet_volume_stats_available_bytes: [...ofTarget, 'namespace', 'persistentvolumeclaim'],
  kubelet_volume_stats_capacity_bytes: [...ofTarget, 'namespace', 'persistentvolumeclaim'],
};

/** The catalogue of metrics of the project in `folder`. @throws ZodError when the file is not of its form */
export function readCatalogue(folder: string): readonly CatalogueEntry[] {
  return entries.parse(
    JSON.parse(readFileSync(join(folder, 'docs/reference/metrics.json'), 'utf8')),
  );
}

/** Names of series as they are in Prometheus, of all services or of one. */
export function seriesLabels(
  catalogue: readonly CatalogueEntry[],
  service?: Service,
): Map<string, ReadonlySet<string>> {
  const found = new Map(Object.entries(outside).map(([name, all]) => [name, new Set(all)]));
  for (const { name, type, labels, services } of catalogue) {
    if (service !== undefined && !has(service, services)) continue;
    // A label of the target wins over the metric's own, which is renamed at the scrape.
    const own = labels.map((label) => (ofTarget.includes(label) ? `exported_${label}` : label));
    const all = [...own, ...ofTarget];
    if (type === 'histogram') found.set(`${name}_bucket`, new Set([...all, 'le']));
    if (type === 'histogram' || type === 'summary')
      for (const suffix of ['sum', 'count']) found.set(`${name}_${suffix}`, new Set(all));
    if (type !== 'histogram')
      found.set(name, new Set(type === 'summary' ? [...all, 'quantile'] : all));
  }
  return found;
}

function has(service: Service, owners: CatalogueEntry['services']): boolean {
  return typeof owners === 'string' ? isOf(owners, service) : owners.includes(service.name);
}

/** The labels of a metric by the first of the maps that has it. */
export function labelsIn(
  ...maps: readonly ReadonlyMap<string, ReadonlySet<string>>[]
): LabelsOfMetric {
  return (name) => maps.find((map) => map.has(name))?.get(name);
}
