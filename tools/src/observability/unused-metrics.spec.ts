import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from './catalogue.js';
import { unusedFindings } from './unused-metrics.js';

const metric = (name: string, type: CatalogueEntry['type'] = 'gauge'): CatalogueEntry => ({
  ...{ name, type, labels: ['group'], services: ['order'] },
});
const catalogue = [
  metric('mesh_lag'),
  metric('mesh_handled_seconds', 'histogram'),
  metric('nodejs_version_info'),
];
const recordings = [{ record: 'group:mesh_lag:sum', expr: 'sum by (group) (mesh_lag)' }];

function findings(queries: readonly string[], deliberate: Readonly<Record<string, string>> = {}) {
  return unusedFindings({ catalogue, recordings, queries, deliberate });
}

describe('unusedFindings', () => {
  it('given that each metric of the mesh is read, also through a recording rule, then finds nothing', () => {
    expect(findings(['group:mesh_lag:sum', 'rate(mesh_handled_seconds_count[5m])'])).toEqual([]);
  });

  it('given one that no panel and no alert reads, then names it', () => {
    expect(findings(['rate(mesh_handled_seconds_bucket[5m])'])).toEqual([
      'mesh_lag: No alert and no panel reads it; use it, or say in unused-metrics.ts why not',
    ]);
  });

  it('given one that is not read on purpose, then that is all right until it is read, or is gone', () => {
    const deliberate = { mesh_lag: 'for a test' };
    expect(findings(['mesh_handled_seconds_sum'], deliberate)).toEqual([]);
    expect(findings(['mesh_handled_seconds_sum', 'mesh_lag'], deliberate)).toEqual([
      'mesh_lag: It is named as not read on purpose, and is read',
    ]);
    expect(findings(['mesh_lag', 'mesh_handled_seconds_sum'], { mesh_lagg: 'x' })).toEqual([
      'mesh_lagg: It is named as not read on purpose, and is no metric',
    ]);
  });
});
