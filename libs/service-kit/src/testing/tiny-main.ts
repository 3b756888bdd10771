import { bootstrap } from '../bootstrap.js';
import { TinyModule, tinySchema } from './tiny-app.js';

process.on('SIGUSR2', () => {
  throw new Error('Nobody catches this');
});

await bootstrap(TinyModule, tinySchema, { name: 'tiny', http: true });
