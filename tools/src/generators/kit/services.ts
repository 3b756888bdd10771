import type { Tree } from '@nx/devkit';
import { NameError, namesOf, type Names } from './names.js';

/** A service of this workspace, by its name. */
export interface Service extends Names {
  /** `apps/<name>`. */
  readonly folder: string;
  /** The module that wires it. */
  readonly module: string;
  readonly hasDatabase: boolean;
}

/** @throws NameError when there is no such service */
export function findService(tree: Tree, given: string): Service {
  const names = namesOf(given);
  const folder = `apps/${names.kebab}`;
  const module = `${folder}/src/${names.kebab}.module.ts`;
  const text = tree.read(module, 'utf8');
  if (text === null) {
    const all = servicesOf(tree).join(', ');
    throw new NameError(
      `There is no service ${names.kebab}: there are ${all || 'none'}; make one with npx nx g @mesh/tools:service ${names.kebab}`,
    );
  }
  return { ...names, folder, module, hasDatabase: text.includes('DatabaseModule.register(') };
}

/** Names of all services. */
export function servicesOf(tree: Tree): readonly string[] {
  return tree
    .children('apps')
    .filter((name) => tree.exists(`apps/${name}/src/${name}.module.ts`))
    .sort();
}
