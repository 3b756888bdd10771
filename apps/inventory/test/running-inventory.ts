import { InventoryServiceService } from '@mesh/contracts/inventory';
import { startWholeService } from '@mesh/service-kit/testing/whole-service';
import { configSchema } from '../src/config.js';
import { InventoryModule } from '../src/inventory.module.js';

/** The whole service in this process, with its seed in stock. */
export async function startInventory() {
  const running = await startWholeService(InventoryModule, configSchema, {
    ...{ name: 'inventory', grpc: [InventoryServiceService], streams: ['mesh.inventory.v1'] },
    env: { MESH_SEED: 'true' },
  });
  return {
    ...running,
    client: running.client(InventoryServiceService),
    operator: await running.token('olga', 'operator'),
    customer: await running.token('carl'),
  };
}

export type RunningInventory = Awaited<ReturnType<typeof startInventory>>;
