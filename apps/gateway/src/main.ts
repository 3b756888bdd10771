import { bootstrap } from '@mesh/service-kit';
import { configSchema } from './config.js';
import { GatewayModule } from './gateway.module.js';
import { setUpHttpEdge } from './inbound/http-edge.js';

await bootstrap(GatewayModule, configSchema, { name: 'gateway', http: setUpHttpEdge });
