import type { Tree } from '@nx/devkit';
import { namesOf, type Names } from '../kit/names.js';
import type { Service } from '../kit/services.js';

/**
 * What the service owns, where methods can be asked for one of it by its id, as its customer: it has a store
 * that the module's `useCases` are made on. Undefined where a method has nothing to stand on.
 */
export function ownedBy(tree: Tree, { folder, module, kebab }: Service): Names | undefined {
  const [, pascal] =
    /const onStore = \(useCase: new \(store: (\w+)Store/.exec(tree.read(module, 'utf8') ?? '') ??
    [];
  if (pascal === undefined) return undefined;
  const names = namesOf(pascal);
  const store = tree.read(`${folder}/src/use-cases/${names.kebab}-store.ts`, 'utf8') ?? '';
  const error = tree.read(`${folder}/src/domain/${kebab}-error.ts`, 'utf8') ?? '';
  const finds = store.includes(`find(customerId: string, ${names.camel}Id: string)`);
  return finds && error.includes(`function ${names.camel}NotFound(`) ? names : undefined;
}
