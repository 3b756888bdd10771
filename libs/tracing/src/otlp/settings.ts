export const SIGNALS = ['traces', 'metrics', 'logs'] as const;

/** What there is to send. */
export type Signal = (typeof SIGNALS)[number];

export type OtelEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The signals that somebody wants to have by OTLP: there is an endpoint for them, and OTEL_<SIGNAL>_EXPORTER is
 * not one without `otlp`.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function wantedSignals(env: OtelEnvironment): readonly Signal[] {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return [];
  return SIGNALS.filter((signal) => {
    const name = signal.toUpperCase();
    const endpoint =
      env[`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    return Boolean(endpoint) && exportersOf(signal, env).includes('otlp');
  });
}

/** What is asked for and not done here, in sentences. */
export function settingFaults(env: OtelEnvironment): readonly string[] {
  const unknown = SIGNALS.flatMap((signal) =>
    exportersOf(signal, env)
      .filter((name) => !['otlp', 'none', 'prometheus'].includes(name))
      .map((name) => `OTEL_${signal.toUpperCase()}_EXPORTER is "${name}", expected otlp or none`),
  );
  const protocol = env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/json';
  if (!protocol.startsWith('http/'))
    return [
      ...unknown,
      `OTEL_EXPORTER_OTLP_PROTOCOL is "${protocol}", but http/json is sent: the endpoint has to be the ` +
        "collector's port for HTTP, mostly 4318",
    ];
  return unknown;
}

/** OTEL_TRACES_EXPORTER, OTEL_METRICS_EXPORTER or OTEL_LOGS_EXPORTER, several by commas. @default otlp */
function exportersOf(signal: Signal, env: OtelEnvironment): readonly string[] {
  const named = env[`OTEL_${signal.toUpperCase()}_EXPORTER`] || 'otlp';
  return named.split(',').map((name) => name.trim());
}

/** The bounds of what waits to be sent: of spans (`BSP`), of log records (`BLRP`). What is not valid is not used. */
export function batchSettings(prefix: 'BSP' | 'BLRP', env: OtelEnvironment) {
  return {
    ...positive('maxQueueSize', env[`OTEL_${prefix}_MAX_QUEUE_SIZE`]),
    ...positive('maxExportBatchSize', env[`OTEL_${prefix}_MAX_EXPORT_BATCH_SIZE`]),
    ...positive('scheduledDelayMillis', env[`OTEL_${prefix}_SCHEDULE_DELAY`]),
    ...positive('exportTimeoutMillis', env[`OTEL_${prefix}_EXPORT_TIMEOUT`]),
  };
}

/** How often metrics are sent, and how long one time may take: never longer than until the next. */
export function intervalSettings(env: OtelEnvironment) {
  const { interval = 60_000 } = positive('interval', env['OTEL_METRIC_EXPORT_INTERVAL']);
  const { timeout = 30_000 } = positive('timeout', env['OTEL_METRIC_EXPORT_TIMEOUT']);
  return { exportIntervalMillis: interval, exportTimeoutMillis: Math.min(timeout, interval) };
}

function positive<Name extends string>(name: Name, value: string | undefined) {
  const number = Number(value || NaN);
  const valid = Number.isSafeInteger(number) && number > 0;
  return (valid ? { [name]: number } : {}) as Partial<Record<Name, number>>;
}
