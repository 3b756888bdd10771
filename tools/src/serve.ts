// The end of `nx serve`: says when the services do their work.
import { announceMesh } from './launcher/announce.js';
import { awaitDevMesh } from './launcher/dev-mesh.js';
import { readSettings } from './launcher/settings.js';
import { allServices } from './services/index.js';
import { onStop } from './processes/on-stop.js';

const { dir } = readSettings(process.env);
const stopping = new AbortController();
const alive = setInterval(() => {}, 60_000);
onStop(() => {
  stopping.abort();
  clearInterval(alive);
});

const mesh = await awaitDevMesh(dir, stopping.signal);
if (mesh) {
  const say = (line: string) => console.log(line);
  await announceMesh({
    services: allServices(),
    endpoints: mesh.endpoints,
    say,
    signal: stopping.signal,
  });
}
