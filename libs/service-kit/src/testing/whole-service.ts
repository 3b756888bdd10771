import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { participants } from '@mesh/contracts/participants';
import type { CloudEvent } from '@mesh/envelope';
import { DeadLetters, INBOX_SCHEMA } from '@mesh/outbox';
import { createDatabase } from '@mesh/tools/testing';
import { sql, type Kysely } from 'kysely';
import { vi } from 'vitest';
import type { Pool } from 'pg';
import type { z } from 'zod';
import { Authenticator } from '../auth/authenticator.js';
import { DATABASE, PG_POOL } from '../database/database.module.js';
import { grpcClient, type GrpcClient } from '../grpc/grpc-client.js';
import type { GrpcServiceDefinition } from '../grpc/service-definition.js';
import {
  startService,
  type Environment,
  type RunningService,
  type ServiceOptions,
} from '../service.js';
import { openProbe } from './mesh-probe.js';

/** The service under test, and what its environment has of its own. */
export interface WholeServiceOptions extends ServiceOptions {
  /** Streams whose events the probe sees. @default those that the service publishes */
  readonly streams?: readonly string[];
  /** Beside what every service has. @default nothing */
  readonly env?: Environment;
}

/** A whole service in this process, on fresh databases, with the embedded transport and a development key. */
export async function startWholeService<Schema extends z.ZodObject>(
  module: Type,
  schema: Schema,
  { streams, env = {}, ...options }: WholeServiceOptions,
) {
  const log = await createDatabase('log');
  const database = 'DATABASE_URL' in schema.shape ? await createDatabase('service') : undefined;
  const folder = mkdtempSync(join(tmpdir(), `${options.name}-`));
  const keyFile = join(folder, 'dev-key.json');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(keyFile, JSON.stringify(privateKey.export({ format: 'jwk' })));
  const replicas = new Set<RunningService>();
  const replica = async (more: Environment = {}): Promise<RunningService> => {
    const started = await startService(module, schema, options, {
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'error', AUTH_DEV_KEY_FILE: keyFile },
      ...{ DATABASE_URL: database?.url, MESH_LOG_URL: log.url },
      ...{ ...env, ...more },
    });
    replicas.add(started);
    await started.ready();
    return started;
  };
  const service = await replica();
  const probe = await openProbe(log.url, streams ?? publishedBy(options.name));
  const clients: { close(): void }[] = [];
  return {
    service,
    /** Starts one more process of it, on the same databases. */
    replica,
    async stopReplica(one: RunningService): Promise<void> {
      replicas.delete(one);
      await one.stop();
    },
    /** The rest of the mesh: sees and sends events. */
    probe,
    /** A token for a caller, as the gateway passes it on. */
    token: (customerId: string, ...roles: readonly string[]) =>
      service.app.get(Authenticator).sign(customerId, roles),
    /** A client of one of its gRPC services. */
    client<Service extends GrpcServiceDefinition>(definition: Service): GrpcClient<Service> {
      const client = grpcClient(definition, { address: `127.0.0.1:${service.ports.grpc}` });
      clients.push(client);
      return client;
    },
    /** The dead letters of a group. */
    parked: (group: string) => new DeadLetters(service.app.get<Pool>(PG_POOL)).list({ group }),
    /** Waits until the event is in the inbox. */
    async handled({ id }: CloudEvent): Promise<void> {
      const db = service.app.get<Kysely<unknown>>(DATABASE);
      const look = async () => {
        const { rows } = await sql`
          select from ${sql.id(INBOX_SCHEMA, 'handled')} where event_id = ${id}`.execute(db);
        if (rows.length === 0) throw new Error(`The event ${id} is not handled`);
      };
      await vi.waitFor(look, { timeout: 30_000, interval: 10 });
    },
    async stop(): Promise<void> {
      for (const client of clients) client.close();
      await Promise.all([...replicas].map((one) => one.stop()));
      await probe.close();
      rmSync(folder, { recursive: true });
      await Promise.all([log.drop(), database?.drop()]);
    },
  };
}

/** A running service and the rest of its mesh: see {@link startWholeService}. */
export type WholeService = Awaited<ReturnType<typeof startWholeService>>;

function publishedBy(name: string): readonly string[] {
  const participant = participants.find(({ service }) => service === name);
  return (participant?.publishes ?? []).map((stream) => stream.name);
}
