import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import * as sdk from '@opentelemetry/sdk-trace';
import { useTracer } from '../span.js';
import type { SignalOptions, StopSignal } from './sdk.js';
import { samplerOf } from './sampler.js';
import { batchSettings } from './settings.js';
import { told } from './told.js';

/** Records spans and sends them, in batches. */
export function startTraces({ env, resource, teller, warn }: SignalOptions): StopSignal {
  const exporter = told('traces', new OTLPTraceExporter(), teller);
  const provider = new sdk.TracerProvider({
    resource,
    sampler: samplerOf(sdk, env, warn),
    spanLimits: { attributeValueLengthLimit: 256, attributeCountLimit: 32, linkCountLimit: 128 },
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, ...batchSettings('BSP', env) })],
  });
  useTracer(provider.getTracer('mesh'));
  return () => {
    useTracer(undefined);
    return provider.shutdown();
  };
}
