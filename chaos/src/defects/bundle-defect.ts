import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown, type Plugin } from 'rolldown';
import { serviceOptions } from '@mesh/tools/bundle';
import { root } from '@mesh/tools/root';
import type { Defect } from './defect.js';

const services: readonly string[] = ['order', 'inventory', 'notifications'];
const SOUND = '\0sound';

/**
 * Bundles the services with a defect in place of the sound modules, into a folder of its own below dist. What
 * is sound there stays as it is: no switch for it is in production code. Returns the entry of each service.
 * @throws Error when nothing imports what is to be replaced
 */
export async function bundleWith(
  defect: Defect,
  names: readonly string[] = services,
): Promise<Readonly<Record<string, string>>> {
  const entries = await Promise.all(
    names.map(async (service) => [service, await bundleService(service, defect)] as const),
  );
  return Object.fromEntries(entries);
}

async function bundleService(service: string, defect: Defect): Promise<string> {
  const { output, ...options } = serviceOptions(service);
  const dir = join(root, 'dist/defects', defect.name, service);
  const replaced = new Set<string>();
  const bundle = await rolldown({ ...options, plugins: [inPlaceOf(defect, replaced)] });
  await bundle.write({ ...output, dir });
  await bundle.close();
  const missing = defect.replaces.filter((file) => !replaced.has(join(root, file)));
  if (missing.length > 0)
    throw new Error(`${defect.name}: ${service} imports no ${missing.join(', ')}`);
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }\n');
  return join(dir, 'main.js');
}

function inPlaceOf({ module, replaces }: Defect, replaced: Set<string>): Plugin {
  const own = join(root, 'chaos/src/defects', module);
  const sound = new Set(replaces.map((file) => join(root, file)));
  return {
    name: 'defect',
    async resolveId(source, importer) {
      if (importer === own && source === '@mesh/outbox') return SOUND;
      if (importer === undefined || importer === SOUND) return null;
      const resolved = await this.resolve(source, importer, { skipSelf: true });
      if (resolved === null || !sound.has(resolved.id)) return null;
      replaced.add(resolved.id);
      return own;
    },
    load(id) {
      if (id !== SOUND) return null;
      return [...sound].map((file) => `export * from ${JSON.stringify(file)};`).join('\n');
    },
  };
}
