import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage } from './images/build-image.js';
import { layersOf } from './images/buildah.js';
import { checkImage } from './images/check-image.js';
import { ContainedProcess } from './images/contained-process.js';
import { optionsOf, type ImageOptions } from './images/options.js';
import { environments } from './launcher/environment.js';
import { openInfrastructure } from './launcher/infrastructure.js';
import { openSecrets } from './launcher/secrets.js';
import { choosePorts } from './launcher/ports.js';
import { readSettings } from './launcher/settings.js';
import { onStop } from './processes/on-stop.js';
import { signalPrograms } from './processes/run-program.js';
import { allServices } from './services/index.js';
import { findCommand } from './servers/find-command.js';

const help = `npm run images -- [--service NAME …] [--quick] [--twice] [--secret id=ID,src=FILE …]

Builds the image of every service with buildah, without Docker and without a registry, starts each from its
root file system against an embedded PostgreSQL, waits until it is healthy, and ends it with SIGTERM.

  --service NAME   this one; again for more than one
  --quick          with the packages that are installed here; one layer an image
  --twice          builds it again from nothing; the layers have to be the same
  --secret         files for the installation: id=ca, authorities to trust (PEM); id=npmrc, npm's settings

Needs Linux, root and buildah.`;

/** What can't be done here; for who started this. */
const cannotRun = 77;

const options = readOptions();
if (findCommand('buildah') === null || process.getuid?.() !== 0) {
  console.error(
    'Images are built and started with buildah, as root; this machine or user is not able to',
  );
  process.exit(cannotRun);
}
let stopping = false;
onStop(
  () => {
    stopping = true;
    signalPrograms('SIGTERM');
    ContainedProcess.killAll();
  },
  () => signalPrograms('SIGKILL'),
);
const dir = mkdtempSync(join(tmpdir(), 'mesh-images-'));
const data = join(dir, 'seen-inside');
mkdirSync(data);
openSecrets(data);
/** The user of the images. */
for (const path of [data, ...readdirSync(data).map((name) => join(data, name))])
  chownSync(path, 65532, 65532);
const say = (line: string) => console.log(line);
const settings = readSettings({ MESH_DIR: dir, OTEL_TRACES_EXPORTER: 'none' });
const services = allServices();
const infrastructure = await openInfrastructure(settings, { services, fresh: false, say });
let failed = 0;
try {
  const [ports] = await choosePorts({ services, port: 0, replicas: 1, say });
  const secrets = { devKeyFile: '/mesh/dev-key.json', cursorSecretFile: '/mesh/cursor-secret' };
  const parts = { services, infrastructure, secrets, ports };
  const env = environments({ ...parts, dir: '/mesh', host: '127.0.0.1' });
  for (const service of options.services) {
    if (stopping) break;
    await check(service, { ...env[service], WEB_ROOT: '/app/web' }).catch((error: Error) => {
      failed += 1;
      if (stopping) return;
      console.error(`✗ ${service}: ${error.message}`);
    });
  }
} finally {
  await infrastructure.stop();
  rmSync(dir, { recursive: true, force: true });
}
process.exit(stopping ? 130 : failed > 0 ? 1 : 0);

async function check(service: string, env: Record<string, string>) {
  const began = performance.now();
  const tag = await buildImage(service, options);
  const builtMs = performance.now() - began;
  const layers = await layersOf(tag);
  if (options.twice) await isTheSame(service, layers);
  const checking = performance.now();
  const bytes = await checkImage({ service, tag, env, data });
  const checkedMs = performance.now() - checking;
  say(
    `✓ ${service}: ${mb(bytes)} in ${layers.length} layers; built in ${seconds(builtMs)}, started, healthy and ended in ${seconds(checkedMs)}`,
  );
}

async function isTheSame(service: string, layers: readonly string[]): Promise<void> {
  const again = await layersOf(await buildImage(service, { ...options, fromNothing: true }));
  if (layers.join() !== again.join())
    throw new Error(`Two builds differ:\n  ${layers.join(' ')}\n  ${again.join(' ')}`);
  say(`${service}: built twice, the same layers`);
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function readOptions(): ImageOptions {
  try {
    const read = optionsOf(process.argv.slice(2));
    if (!read.help) return read;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
  console.log(help);
  process.exit(0);
}
