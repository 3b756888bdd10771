import type { Sampler, SamplingResult } from '@opentelemetry/sdk-trace';

type Sdk = Pick<
  typeof import('@opentelemetry/sdk-trace'),
  'AlwaysOffSampler' | 'AlwaysOnSampler' | 'ParentBasedSampler' | 'TraceIdRatioBasedSampler'
>;

const RECORD_AND_SAMPLED = 2;

/**
 * The sampler that OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG name. Work on several events at once,
 * which begins a trace and links to theirs, is recorded where one of those is.
 * @default parentbased_always_on, also for a name that is unknown, which `warn` is told
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function samplerOf(
  sdk: Sdk,
  env: Readonly<Record<string, string | undefined>>,
  warn: (text: string) => void,
): Sampler {
  const name = env['OTEL_TRACES_SAMPLER'] || 'parentbased_always_on';
  const arg = env['OTEL_TRACES_SAMPLER_ARG'];
  const ratio = Number(arg ?? 1);
  const valid = ratio >= 0 && ratio <= 1;
  if (name.endsWith('traceidratio') && !valid)
    warn(`OTEL_TRACES_SAMPLER_ARG is "${arg}", expected a number from 0 to 1; every trace is kept`);
  const roots: Readonly<Record<string, () => Sampler>> = {
    always_on: () => new sdk.AlwaysOnSampler(),
    always_off: () => new sdk.AlwaysOffSampler(),
    traceidratio: () => new sdk.TraceIdRatioBasedSampler(valid ? ratio : 1),
  };
  const root = roots[name.replace(/^parentbased_/, '')];
  if (root === undefined) {
    const known = Object.keys(roots).flatMap((each) => [each, `parentbased_${each}`]);
    warn(`OTEL_TRACES_SAMPLER is "${name}", expected one of ${known.join(', ')}`);
  }
  const sampler = root?.() ?? new sdk.AlwaysOnSampler();
  if (root !== undefined && !name.startsWith('parentbased_')) return sampler;
  return new sdk.ParentBasedSampler({ root: orLinked(sampler) });
}

function orLinked(sampler: Sampler): Sampler {
  const sampled: SamplingResult = { decision: RECORD_AND_SAMPLED };
  return {
    shouldSample: (context, traceId, name, kind, attributes, links) =>
      links.some(({ context: linked }) => (linked.traceFlags & 1) !== 0)
        ? sampled
        : sampler.shouldSample(context, traceId, name, kind, attributes, links),
    toString: () => `${sampler.toString()} or linked`,
  };
}
