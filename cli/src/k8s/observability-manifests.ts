import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from './manifest.js';

/** A PrometheusRule for each file of rules in the folder, named as the file. */
export function ruleManifests(folder: string): Manifest[] {
  return filesIn(folder, '.yaml').map(({ name, text }) => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: `mesh-${name}` },
    spec: parse(text) as object,
  }));
}

/** A ConfigMap for each dashboard in the folder, labelled as Grafana's sidecar looks for them. */
export function dashboardManifests(folder: string): Manifest[] {
  return filesIn(folder, '.json').map(({ name, text }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `dashboard-${name}`, labels: { grafana_dashboard: '1' } },
    data: { [`${name}.json`]: JSON.stringify(JSON.parse(text)) },
  }));
}

function filesIn(folder: string, extension: string): { name: string; text: string }[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(extension));
  return files.sort().map((file) => ({
    name: basename(file, extension).toLowerCase(),
    text: readFileSync(join(folder, file), 'utf8'),
  }));
}
