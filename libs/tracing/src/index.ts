// Tracing, logging and metrics of a process: what ties a log line, a message and a number to one trace.
// Start at trace.ts.
// Not here: exporters and the OpenTelemetry SDK.
export { currentBaggage, withBaggage } from './baggage.js';
export { createLogger, type Logger } from './logger.js';
export { metrics } from './metrics.js';
export { currentTraceId, currentTraceparent, withTrace } from './trace.js';
export { formatTraceparent, parseTraceparent, type TraceParent } from './traceparent.js';
