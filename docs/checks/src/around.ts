import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { stages } from '@mesh/tools/checks/all-checks';
import type { Surroundings } from './marks.js';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** The project itself. */
export const around: Surroundings = {
  scripts,
  stages: stages.map(({ name }) => name),
  exists: (path) =>
    path.includes('*')
      ? globSync(path, { cwd: root }).length > 0
      : existsSync(join(root, path)) || existsSync(join(root, `${path}.ts`)),
  read(path) {
    const file = join(root, path);
    return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
  },
};
