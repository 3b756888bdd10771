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
  const index = ['index.ts', 'migrations.ts'].find((file) => tree.exists(`${folder}/${file}`));
  if (index === undefined)
    throw new NameError(`${folder} has no index.ts that lists the migrations of ${service.kebab}`);
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
