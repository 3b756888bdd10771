import type { Tree } from '@nx/devkit';
import { addImport, addToObject } from './edit-typescript.js';
import { NameError, type Names } from './names.js';
import type { Service } from './services.js';
import { edit } from './workspace.js';

/**
 * The name of a further step of a service's schema, such as `002_loans`, entered where the service lists them;
 * its file is to export `export` then. The name it has when it was entered before.
 */
export function addMigration(
  tree: Tree,
  service: Service,
  step: { readonly snake: Names['snake']; readonly export: string },
): string {
  const folder = `${service.folder}/src/outbound/migrations`;
  const index = `${migrationsIndexOf(tree, service)}.ts`;
  const names = tree.children(folder).map((file) => file.replace(/\.ts$/, ''));
  const numbers = names.flatMap((name) => /^(\d{3})_/.exec(name)?.[1] ?? []).map(Number);
  const next = String(Math.max(0, ...numbers) + 1).padStart(3, '0');
  const name = names.find((one) => one.slice(4) === step.snake) ?? `${next}_${step.snake}`;
  edit(tree, `${folder}/${index}`, (text) =>
    addToObject(
      addImport(text, `./${name}.js`, step.export),
      'migrations',
      `'${name}': ${step.export}`,
    ),
  );
  return name;
}

/**
 * The module that lists a service's migrations, without its ending.
 * @throws NameError when there is none
 */
export function migrationsIndexOf(tree: Tree, { folder, kebab }: Service): string {
  const migrations = `${folder}/src/outbound/migrations`;
  const index = ['index', 'migrations'].find((file) => tree.exists(`${migrations}/${file}.ts`));
  if (index !== undefined) return index;
  throw new NameError(
    `${migrations} has no index.ts that lists the migrations of ${kebab}: write one with "export const migrations: Readonly<Record<string, Migration>> = {};" and hand it to DatabaseModule`,
  );
}
