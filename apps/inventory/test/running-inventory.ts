import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InventoryServiceService } from '@mesh/contracts/inventory';
import { INBOX_SCHEMA } from '@mesh/outbox';
import { Authenticator, DATABASE, grpcClient, startService } from '@mesh/service-kit';
import { createDatabase } from '@mesh/tools/testing';
import { sql, type Kysely } from 'kysely';
import { vi } from 'vitest';
import type { CloudEvent } from '@mesh/envelope';
import { configSchema } from '../src/config.js';
import { InventoryModule } from '../src/inventory.module.js';
import type { StockDatabase } from '../src/outbound/stock-database.js';
import { openProbe } from './mesh-probe.js';

/** The whole service in this process, on fresh databases, with the embedded transport. */
export async function startInventory() {
  const [database, log] = await Promise.all([createDatabase('inventory'), createDatabase('log')]);
  const folder = mkdtempSync(join(tmpdir(), 'inventory-'));
  const keyFile = join(folder, 'dev-key.json');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(keyFile, JSON.stringify(privateKey.export({ format: 'jwk' })));
  const service = await startService(
    InventoryModule,
    configSchema,
    { name: 'inventory', grpc: [InventoryServiceService] },
    {
      NODE_ENV: 'test',
      LOG_LEVEL: 'error',
      DATABASE_URL: database.url,
      MESH_LOG_URL: log.url,
      AUTH_DEV_KEY_FILE: keyFile,
      MESH_SEED: 'true',
    },
  );
  await service.ready();
  const probe = await openProbe(log.url, ['mesh.inventory.v1']);
  const db = service.app.get<Kysely<StockDatabase>>(DATABASE);
  const authenticator = service.app.get(Authenticator);
  const client = grpcClient(InventoryServiceService, {
    address: `127.0.0.1:${service.ports.grpc}`,
  });
  return {
    client,
    probe,
    operator: await authenticator.sign('olga', ['operator']),
    customer: await authenticator.sign('carl'),
    /** Waits until the event is in the inbox. */
    handled: ({ id }: CloudEvent) =>
      vi.waitFor(
        async () => {
          const { rows } = await sql`
            select from ${sql.id(INBOX_SCHEMA, 'handled')} where event_id = ${id}`.execute(db);
          if (rows.length === 0) throw new Error(`The event ${id} is not handled`);
        },
        { timeout: 30_000, interval: 10 },
      ),
    async stop(): Promise<void> {
      client.close();
      await service.stop();
      await probe.close();
      rmSync(folder, { recursive: true });
      await Promise.all([database.drop(), log.drop()]);
    },
  };
}

export type RunningInventory = Awaited<ReturnType<typeof startInventory>>;
