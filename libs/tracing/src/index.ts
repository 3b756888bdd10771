// Tracing, logging and metrics of a process: what ties a log line, a message and a number to one trace.
// Start at trace.ts.
// Not here: the OpenTelemetry SDK, which startTelemetry() loads where there is a collector.
export { currentBaggage, withBaggage } from './baggage.js';
export { withLogFields, type LogFields } from './log-fields.js';
export { createLogger, type Logger, type LoggerOptions } from './logger.js';
export { secondsSince, type Histogram, type Series } from './histogram.js';
export { metrics, type DescribedMetric } from './metrics.js';
export {
  endWith,
  inSpan,
  isRecording,
  isSampled,
  isTracing,
  startSpan,
  type SpanOptions,
  type WorkSpan,
} from './span.js';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './start-telemetry.js';
export { beginTrace, currentTraceId, currentTraceparent, resumeTrace, withTrace } from './trace.js';
export { formatTraceparent, parseTraceparent, type TraceParent } from './traceparent.js';
