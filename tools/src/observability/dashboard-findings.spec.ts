import { describe, expect, it } from 'vitest';
import { inventedServices } from '../services/testing/invented.js';
import type { CatalogueEntry } from './catalogue.js';
import { dashboardFindings } from './dashboard-findings.js';

const catalogue: readonly CatalogueEntry[] = [
  { name: 'mesh_lag', type: 'gauge', labels: ['group'], services: 'grpc' },
  { name: 'mesh_live', type: 'counter', labels: [], services: ['door'] },
];

function findings(query: string, legend = '', service?: string) {
  const panel = { title: 'Lag', description: '', queries: [{ query, legend }] };
  const rows = [{ title: 'Groups', panels: [panel] }];
  const dashboard = { uid: 'mesh-flow', title: 'Flow', description: '', rows };
  return dashboardFindings({
    dashboards: [{ ...dashboard, ...(service !== undefined && { service }) }],
    recordings: [{ record: 'group:mesh_lag:sum', expr: 'sum by (group) (mesh_lag)' }],
    services: inventedServices,
    catalogue,
  });
}

describe('dashboardFindings', () => {
  it.each(['sum by (group) (rate(mesh_lag[$__rate_interval]))', 'group:mesh_lag:sum', 'up'])(
    'given %s, then finds nothing',
    (query) => expect(findings(query)).toEqual([]),
  );

  it('given a misspelt metric, then names the panel', () => {
    expect(findings('sum by (group) (mesh_lagg)', '{{group}}')).toEqual([
      'mesh-flow, Lag: There is no metric mesh_lagg',
    ]);
  });

  it('given a metric that another service has, then there is none here', () => {
    expect(findings('mesh_lag', '', 'clerk')).toEqual([]);
    expect(findings('mesh_lag', '', 'door')).toEqual([
      'mesh-flow, Lag: There is no metric mesh_lag',
    ]);
  });

  it('given a legend with a label that the query drops, then names it', () => {
    expect(findings('sum(mesh_lag)', '{{group}}')).toEqual([
      'mesh-flow, Lag: Its legend names the label group, which its query does not give',
    ]);
  });
});
