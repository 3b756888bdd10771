import { NestFactory } from '@nestjs/core';
import type { Type } from '@nestjs/common';
import { NestLogger } from '../lifecycle/nest-logger.js';
import type { Runtime } from '../lifecycle/runtime.js';
import { ServiceModule, type ServiceConfig } from '../service-module.js';
import { databaseModuleOf } from './database.module.js';

/**
 * Brings the database of a service up to date and nothing else: no server, no handler, no relay. As safe at once
 * from several processes as a start is; nothing to do for a service without a database.
 * @throws what a migration throws
 */
export async function migrateOnly(
  service: Type,
  config: ServiceConfig,
  runtime: Runtime,
): Promise<void> {
  const { log, lifecycle } = runtime;
  const database = databaseModuleOf(service);
  if (database === undefined) return log.info('No database to migrate');
  class MigratedModule {}
  Reflect.defineMetadata('imports', [database], MigratedModule);
  const root = ServiceModule.register(
    MigratedModule,
    { ...config, MIGRATE_ON_START: true },
    runtime,
  );
  const logger = new NestLogger(log);
  const app = await NestFactory.createApplicationContext(root, { logger, abortOnError: false });
  lifecycle.onStop('intake', 'modules', () => app.close());
  log.info('The database is up to date');
}
