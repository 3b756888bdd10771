import type { Tree } from '@nx/devkit';
import { NameError, namesOf, type Names } from './names.js';
import { catalogOf } from './streams.js';

/** An event of the catalog. */
export interface FoundEvent extends Names {
  /** Whose catalog it is in. */
  readonly producer: Names;
  readonly stream: 'log' | 'work';
  /** The field of its data that keeps its order. */
  readonly key: string;
}

/**
 * The event of that name: `BookLent`, or `mesh.lending.v1.BookLent`.
 * @throws NameError when no service has it, or none whose key is a field of it
 */
export function findEvent(tree: Tree, given: string): FoundEvent {
  const name = namesOf(given.split('.').at(-1) ?? '');
  const declared = new RegExp(
    String.raw`export const ${name.pascal} = event\([^;]*?\(e\) => e\.(\w+)`,
  );
  const known: string[] = [];
  for (const producer of producersOf(tree)) {
    const text = tree.read(catalogOf(producer), 'utf8') ?? '';
    known.push(...[...text.matchAll(/export const (\w+) = event\(/g)].map(([, one]) => one ?? ''));
    const key = declared.exec(text)?.[1];
    const stream = text.includes(`kind: 'work'`) ? 'work' : 'log';
    if (key !== undefined) return { ...name, producer, stream, key };
  }
  throw new NameError(
    `No service has an event ${name.pascal}: there are ${known.join(', ') || 'none'}; make one with npx nx g @mesh/tools:event SERVICE ${name.pascal}`,
  );
}

function producersOf(tree: Tree): readonly Names[] {
  const files = tree.children(catalogOf({ kebab: '' }).replace(/\/\.ts$/, ''));
  return files.filter((file) => file !== 'index.ts').map((file) => namesOf(file.slice(0, -3)));
}
