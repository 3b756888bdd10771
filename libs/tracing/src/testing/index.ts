// For tests of what makes telemetry: recordSpans() within a process, startCollector() for what it sends.
export { startCollector, valuesOf, type CollectedLog, type Collector } from './collector.js';
export { recordSpans, type RecordedSpan, type Recording } from './record-spans.js';
