import { join } from 'node:path';
import { root } from '../root.js';
import { build, buildah } from './buildah.js';
import { baseOf, ensureLocalBase } from './local-base.js';

export interface ImageBuild {
  /** As the Dockerfile stands, with the installation of all packages; otherwise with those of this workspace. */
  readonly whole: boolean;
  /** Also where layers of a build before could be begun from. @default false */
  readonly fromNothing?: boolean;
  readonly secrets: readonly string[];
}

/** Builds the Dockerfile for a service. @returns the tag of the image */
export async function buildImage(
  service: string,
  { whole, fromNothing = false, secrets }: ImageBuild,
): Promise<string> {
  const base = baseOf(root);
  await ensureLocalBase(base);
  const tag = `localhost/mesh/${service}`;
  const before = await idOf(tag);
  const modules = join(root, 'node_modules');
  await build({
    ...{ file: join(root, 'Dockerfile'), context: root, tag, layers: whole },
    ...{ secrets, fromNothing },
    args: {
      SERVICE: service,
      ...(service === 'gateway' && { SEMI_SPACE_MB: '16' }),
      // Also the Dockerfile's own: buildah leaves a stage out that only an argument's default names.
      DEPENDENCIES: whole ? 'dependencies' : base,
    },
    volumes: whole ? [] : [`${modules}:/src/node_modules`],
  });
  // Untagged now. With layers, it is what the next build begins from.
  // Another build of it, at the same time, may have been the first to do so.
  if (!whole && before !== '' && before !== (await idOf(tag)))
    await buildah('rmi', before).catch(() => undefined);
  return tag;
}

function idOf(tag: string): Promise<string> {
  return buildah('images', '--quiet', '--no-trunc', '--filter', `reference=${tag}`);
}
