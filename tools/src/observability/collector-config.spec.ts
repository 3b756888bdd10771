import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../root.js';
import { parseCollectorConfig, type CollectorConfig } from './collector-config.js';

const text = readFileSync(join(root, 'observability/collector/config.yaml'), 'utf8');
const parsed = () => parse(text) as CollectorConfig;

describe('the configuration of the collector', () => {
  it('has all signals in, and keeps errors, slow traces and a share of the rest', () => {
    const { processors, service } = parseCollectorConfig(parsed());
    expect(processors.tail_sampling.policies.map(({ name, type }) => [name, type])).toEqual([
      ['errors', 'status_code'],
      ['slow', 'latency'],
      ['waited-in-an-outbox', 'numeric_attribute'],
      ['tried-again', 'numeric_attribute'],
      ['share-of-the-rest', 'probabilistic'],
    ]);
    expect(service.pipelines.traces.processors).toContain('tail_sampling');
  });

  it('asks for attributes that spans have', () => {
    const { policies } = parseCollectorConfig(parsed()).processors.tail_sampling;
    const spans = [
      'libs/messaging/src/publish/send-spans.ts',
      'libs/messaging/src/middleware/process-spans.ts',
    ];
    const sources = spans.map((file) => readFileSync(join(root, file), 'utf8')).join();
    const keys = policies.flatMap((one) =>
      one.type === 'numeric_attribute' ? one.numeric_attribute.key : [],
    );
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(sources).toContain(`'${key}'`);
  });

  it('can be misspelt, and then says where', () => {
    const misspelt = parse(
      text.replace('status_codes: [ERROR]', 'status_code: [ERROR]'),
    ) as unknown;
    expect(() => parseCollectorConfig(misspelt)).toThrow(
      'processors.tail_sampling.policies.0.status_code: Unrecognized key: "status_code"',
    );
  });

  it('given pipelines that do not agree with the parts, then says which', () => {
    const config = parsed();
    const { traces, logs } = config.service.pipelines;
    traces.processors = ['batch', 'memory_limiter'];
    logs.exporters = ['file'];
    expect(() => parseCollectorConfig(config)).toThrow(
      'The collector would not start:\n' +
        'service.pipelines.logs.exporters: there is no file\n' +
        'processors.tail_sampling: no pipeline has it\n' +
        'service.pipelines.traces.processors: memory_limiter is first, batch last',
    );
  });
});
