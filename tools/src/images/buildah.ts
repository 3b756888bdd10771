import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';

/** What a built image says of itself, as far as it is looked at. */
export interface ImageConfig {
  readonly User?: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
  readonly Healthcheck?: { readonly Test: readonly string[] };
}

export interface BuildOptions {
  readonly file: string;
  readonly context: string;
  readonly tag: string;
  readonly args?: Readonly<Record<string, string>>;
  /** Folders of this machine that are seen while it is built: `/here:/there`. */
  readonly volumes?: readonly string[];
  /** Files that steps may ask for: `id=ca,src=FILE`. */
  readonly secrets?: readonly string[];
  readonly fromNothing?: boolean;
  /** Whether each step is kept as a layer, to begin from next time. */
  readonly layers: boolean;
}

/** @throws Error with all that buildah printed */
export async function buildah(...args: readonly string[]): Promise<string> {
  const { code, output } = await runProgram('buildah', args, {
    cwd: root,
    // Without namespaces of its own: it builds inside of a container too.
    env: { BUILDAH_ISOLATION: 'chroot' },
  });
  if (code !== 0) throw new Error(`buildah ${args.join(' ')} ended with ${code}:\n${output}`);
  return output.trim();
}

/** Builds an image; all times in it are 0. */
export async function build({
  file,
  context,
  tag,
  layers,
  args = {},
  volumes = [],
  secrets = [],
  fromNothing = false,
}: BuildOptions): Promise<void> {
  await buildah(
    ...['build', '--network', 'host', '--format', 'docker', '--timestamp', '0', '--quiet'],
    ...['--pull=never', `--layers=${layers}`, '--file', file, '--tag', tag],
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...(fromNothing ? ['--no-cache'] : []),
    ...secrets.flatMap((secret) => ['--secret', secret]),
    ...volumes.flatMap((volume) => ['--volume', volume]),
    context,
  );
}

/** The config that `docker inspect` shows. */
export async function configOf(tag: string): Promise<ImageConfig> {
  const { Docker } = JSON.parse(await buildah('inspect', '--type', 'image', tag)) as {
    Docker: { config: ImageConfig };
  };
  return Docker.config;
}

/** Digests of the layers' uncompressed contents: the same content, the same digest. */
export async function layersOf(tag: string): Promise<readonly string[]> {
  const { OCIv1 } = JSON.parse(await buildah('inspect', '--type', 'image', tag)) as {
    OCIv1: { rootfs: { diff_ids: string[] } };
  };
  return OCIv1.rootfs.diff_ids;
}

/** Opens an image as a folder that `work` may use; what is changed in it does not change the image. */
export async function withRoot<T>(tag: string, work: (folder: string) => Promise<T>): Promise<T> {
  const container = await buildah('from', '--pull-never', tag);
  try {
    return await work(await buildah('mount', container));
  } finally {
    await buildah('rm', container);
  }
}
