// The servers under `nx serve`: what the services in watch mode have in common.
import { openDevMesh } from './launcher/open-dev-mesh.js';
import { onStop } from './processes/on-stop.js';

const mesh = openDevMesh((line) => console.log(line));
// A task that does nothing but wait: the servers are other processes.
const alive = setInterval(() => {}, 60_000);

onStop(() => void finish(0));
mesh.opened.catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  void finish(1);
});

async function finish(code: number): Promise<void> {
  clearInterval(alive);
  await mesh.close();
  process.exit(code);
}
