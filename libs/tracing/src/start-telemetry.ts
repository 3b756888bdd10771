import type { Logger } from './logger.js';
import { wantedSignals } from './otlp/settings.js';

/** Whose telemetry it is, and where it goes. */
export interface TelemetryOptions {
  /** `service.name` of what is sent, unless OTEL_SERVICE_NAME says another. */
  readonly service: string;
  /** The standard variables of OpenTelemetry. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told once of telemetry that can not be sent, when it is sent again, and of variables that are not valid. */
  readonly log: Pick<Logger, 'warn' | 'info'>;
}

/** Telemetry that is on. */
export interface Telemetry {
  /** Sends what is left, within a second, and makes no spans any more. Never rejects. */
  stop(): Promise<void>;
}

/**
 * Sends traces, metrics and logs by OTLP over HTTP, as JSON, where OTEL_EXPORTER_OTLP_ENDPOINT (or that of the
 * signal alone, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT …) names a collector; else undefined, and nothing is loaded. A
 * collector that is slow, away or refuses costs a bounded queue (OTEL_BSP_MAX_QUEUE_SIZE,
 * OTEL_BLRP_MAX_QUEUE_SIZE), what is beyond it is lost, and one warning. Once a process; the SDK's other
 * variables (OTEL_EXPORTER_OTLP_HEADERS …) count too.
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry | undefined> {
  const signals = wantedSignals(options.env);
  if (signals.length === 0) return undefined;
  const { startSdk } = await import('./otlp/sdk.js');
  return startSdk(signals, options);
}
