import { labelsIn, seriesLabels, type CatalogueEntry } from './catalogue.js';
import type { Service } from '../services/index.js';
import type { DashboardPlan } from './dashboards/plan.js';
import { readQuery } from './promql.js';
import { recordedLabels } from './rule-findings.js';
import type { Recording } from './rule-files.js';

export interface CheckedDashboards {
  readonly services: readonly Service[];
  readonly dashboards: readonly DashboardPlan[];
  readonly recordings: readonly Recording[];
  readonly catalogue: readonly CatalogueEntry[];
}

/** What is wrong with queries and legends of panels, a sentence each. */
export function dashboardFindings({
  services,
  dashboards,
  recordings,
  catalogue,
}: CheckedDashboards): string[] {
  const recorded = recordedLabels(recordings, labelsIn(seriesLabels(catalogue)));
  return [
    ...twice(dashboards.map(({ uid }) => uid)).map((uid) => `Two dashboards are ${uid}`),
    ...dashboards.flatMap(({ uid, service: owner, rows }) => {
      const service = services.find(({ name }) => name === owner);
      // A panel of a service that does not have the metric would stay empty.
      const known = labelsIn(seriesLabels(catalogue, service), recorded);
      return rows.flatMap((row) =>
        row.panels.flatMap(({ title, queries }) =>
          queries.flatMap(({ query, legend }) => {
            const { findings, labels } = readQuery(asPromQl(query), known);
            const missing = [...legend.matchAll(/{{(\w+)}}/g)]
              .map(([, label = '']) => label)
              .filter((label) => !labels.has(label))
              .map((label) => `Its legend names the label ${label}, which its query does not give`);
            // What is not there has no labels either.
            const told = findings.length > 0 ? findings : missing;
            return told.map((finding) => `${uid}, ${title}: ${finding}`);
          }),
        ),
      );
    }),
  ];
}

/** Every query of dashboards, as Prometheus gets it. */
export function queriesOf(dashboards: readonly DashboardPlan[]): string[] {
  return dashboards
    .flatMap(({ rows }) => rows.flatMap(({ panels }) => panels))
    .flatMap(({ queries }) => queries.map(({ query }) => asPromQl(query)));
}

/** With a value for what Grafana fills in. */
function asPromQl(query: string): string {
  return query.replaceAll('$__rate_interval', '1m');
}

function twice(names: readonly string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}
