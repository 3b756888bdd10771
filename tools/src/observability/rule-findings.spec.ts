import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from './catalogue.js';
import { ruleFindings } from './rule-findings.js';
import type { Alert, RuleTest } from './rule-files.js';

const catalogue: readonly CatalogueEntry[] = [
  { name: 'mesh_lag', type: 'gauge', labels: ['group', 'job'], services: ['order'] },
  { name: 'mesh_handled_seconds', type: 'histogram', labels: ['group'], services: ['order'] },
];
const alert: Alert = {
  alert: 'MeshLag',
  expr: 'group:mesh_lag:sum > 10',
  labels: { severity: 'page' },
  annotations: { summary: '{{ $labels.group }} is behind', runbook: 'docs/runbooks/MeshLag.md' },
};
const fires = { eval_time: '5m', alertname: 'MeshLag', exp_alerts: [{}] };
const silent = { eval_time: '1m', alertname: 'MeshLag' };
const test = (
  expected: RuleTest['alert_rule_test'],
  series = 'mesh_lag{group="a", exported_job="b"}',
): RuleTest => ({
  name: 'Lag grows',
  interval: '1m',
  input_series: [{ series, values: '0+10x10' }],
  alert_rule_test: expected,
});

function findings({
  record = 'group:mesh_lag:sum',
  recorded = 'sum by (group) (mesh_lag)',
  alerts = [alert],
  tests = [test([fires, silent])],
  otherQueries = [] as string[],
}) {
  const rules = { recordings: [{ record, expr: recorded }], alerts };
  return ruleFindings({ rules, tests, catalogue, otherQueries });
}

describe('ruleFindings', () => {
  it('given rules whose alerts are tested both ways, then finds nothing', () => {
    expect(findings({})).toEqual([]);
  });

  it('given a misspelt metric in a recording rule, then names it', () => {
    expect(findings({ recorded: 'sum by (group) (mesh_lagg)' })).toContain(
      'group:mesh_lag:sum: There is no metric mesh_lagg',
    );
  });

  it('given a misspelt metric in an alert, then names it', () => {
    const alerts = [{ ...alert, expr: 'mesh_lagg > 10' }];
    const found = findings({ alerts, otherQueries: ['group:mesh_lag:sum'] });
    expect(found[0]).toBe('MeshLag: There is no metric mesh_lagg');
    expect(found.join()).not.toContain('label');
  });

  it('given a histogram without its suffix, then there is no such series', () => {
    const alerts = [{ ...alert, expr: 'sum by (group) (mesh_handled_seconds) > 10' }];
    expect(findings({ alerts })).toContain('MeshLag: There is no metric mesh_handled_seconds');
  });

  it('given a label that the target takes away, then there is no such label', () => {
    const alerts = [{ ...alert, expr: 'sum by (group) (mesh_lag{exported_job="x"}) > 10' }];
    expect(findings({ alerts, otherQueries: ['group:mesh_lag:sum'] })).toEqual([]);
  });

  it('given a label in the summary that the result has not, then names it', () => {
    const alerts = [{ ...alert, expr: 'sum(group:mesh_lag:sum) > 10' }];
    expect(findings({ alerts })).toEqual([
      'MeshLag: Its summary names the label group, which its expression does not give',
    ]);
  });

  it('given an alert that no test sees fire, then says so', () => {
    expect(findings({ tests: [test([silent])] })).toEqual(['MeshLag: No test in which it fires']);
  });

  it('given an alert that no test sees silent, then says so', () => {
    expect(findings({ tests: [test([fires])] })).toEqual([
      'MeshLag: No test in which it stays silent',
    ]);
  });

  it('given an alert that is silent only where there is nothing of what it reads, then says so', () => {
    const tests = [test([fires]), test([silent], 'mesh_handled_seconds_count{group="a"}')];
    expect(findings({ tests })).toEqual([
      'MeshLag: The test in which it stays silent has no series that it reads',
    ]);
  });

  it('given a test of an alert that is not there, then names it', () => {
    const tests = [test([fires, silent, { ...silent, alertname: 'MeshLagg' }])];
    expect(findings({ tests })).toEqual(['Test "Lag grows": There is no alert MeshLagg']);
  });

  it('given a test whose series has a label that is not there, then names it', () => {
    const tests = [test([fires, silent], 'mesh_lag{topic="a"}')];
    expect(findings({ tests })).toEqual(['Test "Lag grows": There is no label topic on mesh_lag']);
  });

  it('given two alerts of one name, then says so', () => {
    expect(findings({ alerts: [alert, alert] })).toContain('MeshLag: Two alerts have this name');
  });

  it('given a recording rule that only a dashboard reads, then that is enough', () => {
    const alerts = [{ ...alert, expr: 'sum by (group) (mesh_lag) > 10' }];
    expect(findings({ alerts })).toEqual([
      'group:mesh_lag:sum: No alert and no dashboard reads it',
    ]);
    expect(findings({ alerts, otherQueries: ['topk(3, group:mesh_lag:sum)'] })).toEqual([]);
  });
});
