// The process behind infra.ts; not for people.
import { Socket } from 'node:net';
import { openDevMesh } from './launcher/open-dev-mesh.js';
import { onStop } from './processes/on-stop.js';
import { lifelineDescriptor } from './processes/spawn-apart.js';

const mesh = openDevMesh((line) => console.log(line));
let finishing = false;

onStop(() => void finish(0));
new Socket({ fd: lifelineDescriptor }).resume().once('close', () => void finish(0));
mesh.opened.catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  void finish(1);
});

async function finish(code: number): Promise<void> {
  if (finishing) return;
  finishing = true;
  await mesh.close();
  process.exit(code);
}
