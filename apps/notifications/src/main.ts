import { bootstrap } from '@mesh/service-kit';
import { configSchema } from './config.js';
import { NotificationsModule } from './notifications.module.js';

await bootstrap(NotificationsModule, configSchema, { name: 'notifications' });
