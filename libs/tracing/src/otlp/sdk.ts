import { setTimeout as pause } from 'node:timers/promises';
import type { Resource } from '@opentelemetry/resources';
import type { Telemetry, TelemetryOptions } from '../start-telemetry.js';
import { resourceOf } from './resource.js';
import { settingFaults, type OtelEnvironment, type Signal } from './settings.js';
import { ExportTeller } from './told.js';

/** A service has ten seconds to stop, most of them for what it serves. */
const FLUSH_MS = 1000;

export interface SignalOptions {
  readonly env: OtelEnvironment;
  readonly resource: Resource;
  readonly teller: ExportTeller;
  /** Takes what is wrong with a variable, as a sentence. */
  readonly warn: (problem: string) => void;
}

/** Sends what is left. */
export type StopSignal = () => Promise<void>;

/** Each signal's part of the SDK is loaded where it is wanted. */
const starts: Readonly<Record<Signal, () => Promise<(options: SignalOptions) => StopSignal>>> = {
  traces: async () => (await import('./traces.js')).startTraces,
  metrics: async () => (await import('./metrics.js')).startMetrics,
  logs: async () => (await import('./logs.js')).startLogs,
};

/** Loaded only when there is somebody to send to. */
export async function startSdk(
  signals: readonly Signal[],
  { service, env, log }: TelemetryOptions,
): Promise<Telemetry> {
  const warn = (problem: string) => log.warn({ problem }, 'A variable of telemetry is not valid');
  for (const fault of settingFaults(env)) warn(fault);
  const options = {
    ...{ env, warn },
    resource: resourceOf(service, env),
    teller: new ExportTeller(log),
  };
  const started = await Promise.all(signals.map((signal) => starts[signal]()));
  const stops = started.map((start) => start(options));
  return {
    async stop() {
      const sent = Promise.allSettled(stops.map((stop) => stop()));
      await Promise.race([sent, pause(FLUSH_MS, undefined, { ref: false })]);
    },
  };
}
