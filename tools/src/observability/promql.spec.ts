import { describe, expect, it } from 'vitest';
import { readQuery } from './promql.js';

const metrics: Record<string, readonly string[]> = {
  up: ['job', 'instance'],
  lag: ['group', 'partition', 'job', 'instance'],
  handled_bucket: ['group', 'result', 'le', 'job', 'instance'],
  handled_count: ['group', 'result', 'job', 'instance'],
  depth: ['job', 'instance'],
};
const read = (query: string) =>
  readQuery(query, (name) => (metrics[name] ? new Set(metrics[name]) : undefined));
const findings = (query: string) => read(query).findings;

describe('readQuery', () => {
  it('names each metric once', () => {
    expect(read('rate(up[5m]) / (depth > 0 and depth offset 1d)').metrics).toEqual(['up', 'depth']);
  });

  it.each([
    ['rate(handled_count[5m])', ['group', 'instance', 'job', 'result']],
    ['sum by (group) (rate(handled_count[5m]))', ['group']],
    ['sum without (partition, instance) (lag)', ['group', 'job']],
    ['sum(lag)', []],
    ['topk(3, sum by (group) (lag))', ['group']],
    ['histogram_quantile(0.99, sum by (le, group) (rate(handled_bucket[5m])))', ['group']],
    ['sum by (job) (up) / on (job) group_left (group) lag', ['group', 'job']],
    ['sum by (group) (lag) > 5 unless on (group) rate(handled_count[5m]) > 0', ['group']],
    ['depth or lag', ['group', 'instance', 'job', 'partition']],
    ['time() - depth', ['instance', 'job']],
    ['5 < lag', ['group', 'instance', 'job', 'partition']],
    ['lag / ignoring (partition) handled_count', ['group', 'instance', 'job']],
    ['label_replace(up, "cell", "$1", "job", "(.*)")', ['cell', 'instance', 'job']],
  ])('%s has the labels %j', (query, labels) => {
    expect([...read(query).labels].sort()).toEqual(labels);
    expect(findings(query)).toEqual([]);
  });

  it.each([
    ['sum(lagg)', 'There is no metric lagg'],
    ['lag{grup="a"}', 'There is no label grup on lag'],
    ['sum by (topic) (lag)', 'There is no label topic on what sum is of'],
    ['sum by (group) (sum by (partition) (lag))', 'There is no label group on what sum is of'],
    ['sum by (job) (up) * on (group) lag', 'There is no label group on the left side of on()'],
    ['sum by (group) (lag) * on (group) up', 'There is no label group on the right side of on()'],
    [
      'histogram_quantile(0.9, handled_count)',
      'There is no label le on what histogram_quantile is of',
    ],
    [
      'histogram_quantile(0.9, sum(handled_bucket))',
      'There is no label le on what histogram_quantile is of',
    ],
    ['{job="order"}', '"{job="order"}" names no metric'],
    ['sum(lag', '"sum(lag" is not PromQL at 7'],
    ['lag >', '"lag >" is not PromQL at 5'],
  ])('%s: %s', (query, finding) => {
    expect(findings(query)).toContain(finding);
  });

  it('given a metric that is not there, then says nothing of its labels', () => {
    expect(findings('sum by (group) (rate(lagg{topic="a"}[5m]))')).toEqual([
      'There is no metric lagg',
    ]);
  });
});
