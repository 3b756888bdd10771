import { z } from 'zod';

// What of the OpenTelemetry Collector's configuration is used here, closed: a field that is misspelt fails.

const duration = z.string().regex(/^(\d+(\.\d+)?(ms|s|m|h))+$/, 'a duration, such as 30s');
const address = z.string().regex(/^[\w.]+:\d+$/, 'an address with its port');
const names = z.array(z.string()).min(1);
const percent = z.number().min(0).max(100);

const policyName = { name: z.string() };
const policy = z.discriminatedUnion('type', [
  z.strictObject({
    ...policyName,
    type: z.literal('status_code'),
    status_code: z.strictObject({ status_codes: z.array(z.enum(['OK', 'ERROR', 'UNSET'])).min(1) }),
  }),
  z.strictObject({
    ...policyName,
    type: z.literal('latency'),
    latency: z.strictObject({
      threshold_ms: z.int().positive(),
      upper_threshold_ms: z.int().positive().optional(),
    }),
  }),
  z.strictObject({
    ...policyName,
    type: z.literal('numeric_attribute'),
    numeric_attribute: z.strictObject({ key: z.string(), min_value: z.int(), max_value: z.int() }),
  }),
  z.strictObject({
    ...policyName,
    type: z.literal('probabilistic'),
    probabilistic: z.strictObject({
      hash_salt: z.string().optional(),
      sampling_percentage: percent,
    }),
  }),
]);

const processors = z.strictObject({
  memory_limiter: z.strictObject({
    check_interval: duration,
    limit_percentage: percent,
    spike_limit_percentage: percent,
  }),
  tail_sampling: z.strictObject({
    decision_wait: duration,
    num_traces: z.int().positive(),
    expected_new_traces_per_sec: z.int().positive().optional(),
    decision_cache: z
      .strictObject({ sampled_cache_size: z.int(), non_sampled_cache_size: z.int() })
      .optional(),
    policies: z.array(policy).min(1),
  }),
  batch: z.strictObject({
    timeout: duration.optional(),
    send_batch_size: z.int().optional(),
    send_batch_max_size: z.int().optional(),
  }),
});

const pipeline = z.strictObject({ receivers: names, processors: names, exporters: names });
const reader = z.strictObject({
  pull: z.strictObject({
    exporter: z.strictObject({
      prometheus: z.strictObject({ host: z.string(), port: z.int() }),
    }),
  }),
});

const collectorConfig = z.strictObject({
  receivers: z.strictObject({
    otlp: z.strictObject({
      protocols: z.strictObject({
        grpc: z.strictObject({ endpoint: address }),
        http: z.strictObject({ endpoint: address }),
      }),
    }),
  }),
  processors,
  exporters: z.strictObject({
    otlphttp: z.strictObject({
      endpoint: z.string().regex(/^\$\{env:\w+\}$/, 'a variable: ${env:NAME}'),
      compression: z.enum(['gzip', 'zstd', 'none']).optional(),
      sending_queue: z.strictObject({ queue_size: z.int().positive() }).optional(),
      retry_on_failure: z.strictObject({ max_elapsed_time: duration }).optional(),
    }),
  }),
  extensions: z.strictObject({ health_check: z.strictObject({ endpoint: address }) }),
  service: z.strictObject({
    extensions: names,
    pipelines: z.strictObject({ traces: pipeline, metrics: pipeline, logs: pipeline }),
    telemetry: z.strictObject({
      metrics: z.strictObject({
        level: z.enum(['none', 'basic', 'normal', 'detailed']),
        readers: z.array(reader).min(1),
      }),
    }),
  }),
});

export type CollectorConfig = z.infer<typeof collectorConfig>;

/**
 * The configuration of a collector, checked as far as it can be without one: fields and their forms, and that
 * pipelines name what there is, all of it, with the limit of memory first and batches last.
 * @throws Error naming every fault
 */
export function parseCollectorConfig(parsed: unknown): CollectorConfig {
  const { data, error } = collectorConfig.safeParse(parsed);
  const faults =
    error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? faultsOf(data!);
  if (faults.length > 0) throw new Error(`The collector would not start:\n${faults.join('\n')}`);
  return data!;
}

function faultsOf({ service, ...parts }: CollectorConfig): string[] {
  const kinds = ['receivers', 'processors', 'exporters'] as const;
  const pipelines = Object.entries(service.pipelines);
  const unknown = pipelines.flatMap(([name, used]) =>
    kinds.flatMap((kind) =>
      used[kind]
        .filter((one) => !(one in parts[kind]))
        .map((one) => `service.pipelines.${name}.${kind}: there is no ${one}`),
    ),
  );
  const unused = kinds.flatMap((kind) =>
    Object.keys(parts[kind])
      .filter((one) => !pipelines.some(([, used]) => used[kind].includes(one)))
      .map((one) => `${kind}.${one}: no pipeline has it`),
  );
  const disordered = pipelines
    .filter(
      ([, used]) => used.processors[0] !== 'memory_limiter' || used.processors.at(-1) !== 'batch',
    )
    .map(([name]) => `service.pipelines.${name}.processors: memory_limiter is first, batch last`);
  return [...unknown, ...unused, ...disordered];
}
