// node tools/run.mjs tools/src/dev.ts NAME: one service, or the page, rebuilt and restarted on a change (`nx serve`).
import { isPage } from '../bundle.mjs';
import { watchPage } from './dev/watch-page.js';
import { watchService } from './dev/watch-service.js';
import { onStop } from './processes/on-stop.js';

const name = process.argv[2] ?? '';
const stopping = new AbortController();
onStop(() => stopping.abort());

if (isPage(name)) await watchPage(name, stopping.signal);
else await watchService(name, stopping.signal);
process.exit(0);
