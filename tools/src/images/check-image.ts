import type { Environment } from '../launcher/environment.js';
import { eventually } from '../testing/eventually.js';
import { configOf, withRoot, type ImageConfig } from './buildah.js';
import { ContainedProcess } from './contained-process.js';
import { configFaults, contentFaults, sizeOf } from './image-facts.js';

/** Kubernetes waits for longer. */
const graceMs = 10_000;
const commandMs = 30_000;

export interface CheckedImage {
  readonly service: string;
  readonly tag: string;
  /** As the launcher gives it to the service, with files below /mesh. */
  readonly env: Environment;
  /** A folder of this machine that is /mesh inside. */
  readonly data: string;
}

interface Contained {
  readonly config: ImageConfig;
  readonly folder: string;
  readonly env: Environment;
  readonly data: string;
}

/**
 * Starts a built image from its root file system as a container runtime does, until it is healthy, and ends it.
 * @returns the bytes of its content
 * @throws Error saying what an image must be or do, and this one is or does not
 */
export async function checkImage({ service, tag, ...run }: CheckedImage): Promise<number> {
  const config = await configOf(tag);
  return withRoot(tag, async (folder) => {
    const bytes = sizeOf(folder);
    const wrong = [...configFaults(service, config), ...contentFaults(service, folder)];
    if (wrong.length > 0) throw new Error(`The image of ${service}:\n  ${wrong.join('\n  ')}`);
    const contained = { config, folder, ...run };
    await cannotWrite(contained);
    await migrates(contained);
    await runs(contained);
    return bytes;
  });
}

/** A command that ends by itself. */
async function run(
  contained: Contained,
  command: readonly string[],
): Promise<{ code: number; output: string }> {
  const one = start(contained, command);
  const deadline = setTimeout(() => one.kill(), commandMs);
  const code = await one.ended;
  clearTimeout(deadline);
  return { code, output: one.output };
}

async function cannotWrite(contained: Contained): Promise<void> {
  const write = "try { fs.writeFileSync('/app/x', '') } catch (error) { console.log(error.code) }";
  const { output } = await run(contained, [contained.config.Entrypoint[0] ?? '', '--eval', write]);
  if (output.trim() !== 'EROFS') throw new Error(`Its file system can be written to: ${output}`);
}

async function migrates(contained: Contained): Promise<void> {
  const { code, output } = await run(contained, [...contained.config.Entrypoint, '--migrate']);
  if (code !== 0) throw new Error(`--migrate ended with ${code}:\n${output}`);
}

/** Healthy by its own health check; told to end, it ends by itself. */
async function runs(contained: Contained): Promise<void> {
  const { Entrypoint, Healthcheck } = contained.config;
  const service = start(contained, Entrypoint);
  try {
    await eventually(
      'it is healthy',
      async () => {
        if (!service.running)
          throw new Error(`It ended with ${await service.ended}:\n${service.output}`);
        return (await run(contained, Healthcheck?.Test.slice(1) ?? [])).code === 0;
      },
      { explain: () => service.output },
    );
    await service.signal('SIGTERM');
    const deadline = setTimeout(() => service.kill(), graceMs);
    const code = await service.ended;
    clearTimeout(deadline);
    if (code !== 0) throw new Error(`SIGTERM ended it with ${code}:\n${service.output}`);
  } finally {
    service.kill();
  }
}

function start({ config, folder, env, data }: Contained, command: readonly string[]) {
  const own = Object.fromEntries(config.Env.map((line) => line.split(/=(.*)/) as [string, string]));
  return new ContainedProcess({
    folder,
    user: config.User ?? '',
    command,
    env: { ...own, ...env },
    mounts: { '/mesh': data },
  });
}
