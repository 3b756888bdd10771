import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A module of a lib that others may import. */
export interface Entry {
  /** As it is imported: `@mesh/outbox/testing`. */
  readonly name: string;
  readonly lib: string;
  /** Its source, from the root. */
  readonly path: string;
}

/** What the exports of each lib in `folder`/libs name, patterns filled in; generated code is not among it. */
export function publicEntries(folder: string): readonly Entry[] {
  const libs = readdirSync(join(folder, 'libs'));
  return libs.filter((lib) => existsSync(join(folder, 'libs', lib, 'package.json'))).flatMap(of);

  function of(lib: string): Entry[] {
    const { name, exports = {} } = JSON.parse(
      readFileSync(join(folder, 'libs', lib, 'package.json'), 'utf8'),
    ) as { name: string; exports?: Readonly<Record<string, string>> };
    const found = Object.entries(exports).flatMap(([key, target]) =>
      globSync(target, { cwd: join(folder, 'libs', lib) })
        .filter((path) => !isGenerated(path) && !path.endsWith('.spec.ts'))
        .map((path) => ({
          name: join(name, key.replace('*', between(target, path))),
          lib,
          path: join('libs', lib, path),
        })),
    );
    return found.filter(({ path }, at) => found.findIndex((one) => one.path === path) === at);
  }
}

export const isGenerated = (path: string) => /(?:^|\/)gen(?:-es)?\//.test(path);

/** What `*` of a pattern stands for in a path. */
function between(pattern: string, path: string): string {
  const [head = '', tail = ''] = pattern.replace(/^\.\//, '').split('*');
  return path.replace(/^\.\//, '').slice(head.length, path.length - tail.length);
}
