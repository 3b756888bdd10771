import { setTimeout as pause } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { startTelemetry, type Telemetry } from '@mesh/tracing';
import type { z } from 'zod';
import { ConfigError, configExitCode, loadConfig } from './config/load-config.js';
import { migrateOnly } from './database/migrate-only.js';
import { exitCodeOf } from './lifecycle/exit-code.js';
import type { ServiceConfig } from './service-module.js';
import { Service, type ServiceOptions } from './service.js';

/** How long clients that keep their connections have to be told that it ends. */
const partingMs = 500;
/** A shutdown that takes longer is cut off, with exit code 1. */
const shutdownLimitMs = 9000;
const failedStartLimitMs = 2000;

/** Asks a service to bring its database up to date, and to end. */
const migrateArgument = '--migrate';

/**
 * Runs a service as this process: reads its config, starts it, and stops it at SIGTERM or SIGINT
 * within 10 s. Exit codes: 0 stopped, 1 failed or cut off, 78 wrong config (every fault is printed), or
 * handlers or a broker's queues that another start would find as wrong. With `--migrate` as its argument it
 * brings the service's database up to date instead, and ends.
 */
export async function bootstrap<Schema extends z.ZodObject>(
  module: Type,
  schema: Schema,
  options: ServiceOptions,
): Promise<void> {
  const config = configOrExit(schema, options.name);
  const service = new Service(options, config);
  const { log } = service.runtime;
  exitOnUncaught(service);
  service.runtime.lifecycle.onFailure((error) => {
    log.fatal({ err: error }, 'The service can not go on');
    process.exit(exitCodeOf(error));
  });
  if (process.argv.includes(migrateArgument)) return migrateAndExit(module, config, service);
  let telemetry: Telemetry | undefined;
  exitOnSignal(service, () => telemetry?.stop());
  try {
    telemetry = await startTelemetry({ service: options.name, env: process.env, log });
    const running = await service.start(module);
    await running.ready();
    log.info({ ports: running.ports, startedMs: Math.round(process.uptime() * 1000) }, 'Ready');
  } catch (error) {
    if (service.runtime.lifecycle.stopping.aborted) return;
    log.fatal({ err: error }, 'The service could not start');
    // What did start holds leases that the next try would have to wait for.
    await Promise.race([service.stop(), pause(failedStartLimitMs)]);
    await telemetry?.stop();
    process.exit(exitCodeOf(error));
  }
}

async function migrateAndExit(
  module: Type,
  config: ServiceConfig,
  { runtime }: Service,
): Promise<never> {
  const { log, lifecycle } = runtime;
  // Half a migration is rolled back by the server.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(1));
  try {
    await migrateOnly(module, config, runtime);
    await lifecycle.stop();
    process.exit(0);
  } catch (error) {
    log.fatal({ err: error }, 'The database could not be migrated');
    process.exit(exitCodeOf(error));
  }
}

function configOrExit<Schema extends z.ZodObject>(schema: Schema, name: string): z.output<Schema> {
  try {
    return loadConfig(schema, process.env, name);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(configExitCode);
  }
}

function exitOnSignal(service: Service, stopTelemetry: () => Promise<void> | undefined): void {
  const { log, lifecycle } = service.runtime;
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // Ctrl-C reaches the whole group, and the launcher sends its own: one is enough.
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'Stopping');
    setTimeout(() => {
      log.error({ unfinished: [...lifecycle.unfinished] }, 'The shutdown was cut off');
      process.exit(1);
    }, shutdownLimitMs).unref();
    void service.stop({ partingMs }).then(async () => {
      await stopTelemetry();
      log.info('Stopped');
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

function exitOnUncaught(service: Service): void {
  const exit = (error: unknown) => {
    service.runtime.log.fatal({ err: error }, 'An error was caught by nobody');
    process.exit(1);
  };
  process.on('uncaughtException', exit).on('unhandledRejection', exit);
}
