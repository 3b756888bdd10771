import { ROOT_CONTEXT, SpanKind, trace, type Link } from '@opentelemetry/api';
import * as sdk from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { samplerOf } from './sampler.js';

const low = '00000000000000000000000000000001';
const high = 'ffffffff000000000000000000000000';

function decide(env: Record<string, string>, traceId: string, traceFlags?: number, links?: Link[]) {
  const warnings: string[] = [];
  const sampler = samplerOf(sdk, env, (text) => warnings.push(text));
  const parent =
    traceFlags === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: '0000000000000001', traceFlags });
  const { decision } = sampler.shouldSample(
    ...([parent, traceId, 'work', SpanKind.INTERNAL, {}, links ?? []] as const),
  );
  return { kept: decision === sdk.SamplingDecision.RECORD_AND_SAMPLED, warnings };
}

const named = (name: string, arg?: string) => ({
  OTEL_TRACES_SAMPLER: name,
  ...(arg !== undefined && { OTEL_TRACES_SAMPLER_ARG: arg }),
});

describe('OTEL_TRACES_SAMPLER', () => {
  it.each([
    ['nothing', {}, low, undefined, true],
    ['nothing, behind one that was left out', {}, low, 0, false],
    ['always_off', named('always_off'), low, 1, false],
    ['parentbased_always_off', named('parentbased_always_off'), low, undefined, false],
    ['the same, behind one that was kept', named('parentbased_always_off'), low, 1, true],
    ['a ratio, and a low id', named('parentbased_traceidratio', '0.5'), low, undefined, true],
    ['a ratio, and a high id', named('parentbased_traceidratio', '0.5'), high, undefined, false],
    ['a ratio of none', named('traceidratio', '0'), low, 1, false],
  ])('given %s, then keeps as it says', (_, env, traceId, flags, kept) => {
    expect(decide(env, traceId, flags)).toEqual({ kept, warnings: [] });
  });

  it('given work that links to a trace that is kept, then keeps it', () => {
    const linked = { traceId: low, spanId: '0000000000000001', traceFlags: 1 };
    const env = named('parentbased_always_off');
    expect(decide(env, high, undefined, [{ context: linked }]).kept).toBe(true);
    const left = { ...linked, traceFlags: 0 };
    expect(decide(env, high, undefined, [{ context: left }]).kept).toBe(false);
  });

  it('given what nobody knows, then keeps all and says so', () => {
    const { kept, warnings } = decide(named('sometimes'), high);
    expect(kept).toBe(true);
    expect(warnings).toEqual([
      'OTEL_TRACES_SAMPLER is "sometimes", expected one of always_on, parentbased_always_on, always_off, parentbased_always_off, traceidratio, parentbased_traceidratio',
    ]);
    expect(decide(named('traceidratio', '2'), high)).toEqual({
      kept: true,
      warnings: [
        'OTEL_TRACES_SAMPLER_ARG is "2", expected a number from 0 to 1; every trace is kept',
      ],
    });
  });
});
