import { InventoryServiceService } from '@mesh/contracts/inventory';
import { bootstrap } from '@mesh/service-kit';
import { configSchema } from './config.js';
import { InventoryModule } from './inventory.module.js';

await bootstrap(InventoryModule, configSchema, {
  name: 'inventory',
  grpc: [InventoryServiceService],
});
