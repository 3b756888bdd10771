import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { useLogSink } from '../logger.js';
import { logRecordOf } from './log-record.js';
import type { SignalOptions, StopSignal } from './sdk.js';
import { batchSettings } from './settings.js';
import { told } from './told.js';

/** Sends the lines that are on standard output: what is masked there is masked here. */
export function startLogs({ env, resource, teller }: SignalOptions): StopSignal {
  const exporter = told('logs', new OTLPLogExporter(), teller);
  const processor = new BatchLogRecordProcessor({ exporter, ...batchSettings('BLRP', env) });
  const provider = new LoggerProvider({ resource, processors: [processor] });
  const logger = provider.getLogger('mesh');
  useLogSink((line) => logger.emit(logRecordOf(line)));
  return () => {
    useLogSink(undefined);
    return provider.shutdown();
  };
}
