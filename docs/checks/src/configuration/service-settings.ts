import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { common } from '@mesh/tools/bundle';
import { root } from '@mesh/tools/root';
import { rolldown, type InputOptions } from 'rolldown';
import type { z } from 'zod';

/** What the code of a service says of its settings. */
export interface ServiceSettings {
  readonly service: string;
  readonly schema: z.ZodObject;
  /** Source of every module of the workspace that the schema is made of. */
  readonly sources: readonly string[];
}

/** Of every service, in the order of the alphabet. */
export async function readSettings(): Promise<readonly ServiceSettings[]> {
  const services = readdirSync(join(root, 'apps')).filter((name) => existsSync(configOf(name)));
  return Promise.all(services.sort().map(readService));
}

const configOf = (service: string) => join(root, 'apps', service, 'src/config.ts');

async function readService(service: string): Promise<ServiceSettings> {
  const build = await rolldown({
    ...(common as InputOptions),
    input: configOf(service),
  });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  const folder = join(root, 'dist/docs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${service}-config-${process.pid}.js`);
  writeFileSync(file, output[0].code);
  const { configSchema } = (await import(pathToFileURL(file).href)) as {
    configSchema: z.ZodObject;
  };
  const modules = output[0].moduleIds.filter((id) => id.startsWith(root) && existsSync(id));
  return {
    service,
    schema: configSchema,
    sources: modules.map((id) => readFileSync(id, 'utf8')),
  };
}
