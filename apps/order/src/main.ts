import { OrderServiceService } from '@mesh/contracts/order';
import { bootstrap } from '@mesh/service-kit';
import { configSchema } from './config.js';
import { OrderModule } from './order.module.js';

await bootstrap(OrderModule, configSchema, { name: 'order', grpc: [OrderServiceService] });
