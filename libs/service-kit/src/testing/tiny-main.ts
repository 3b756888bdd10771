import { bootstrap } from '../bootstrap.js';
import { TinyModule, tinySchema } from './tiny-app.js';
import { TwiceModule } from './tiny-twice.js';

process.on('SIGUSR2', () => {
  throw new Error('Nobody catches this');
});

const module = process.env['TINY_TWICE'] ? TwiceModule : TinyModule;
await bootstrap(module, tinySchema, { name: 'tiny', http: true });
