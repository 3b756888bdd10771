import { publicEntries, type Entry } from './entries.js';
import { exportsOf, modulesIn } from './exports.js';
import { lacksOf } from './rules.js';

/** What the public exports of the libs in `folder` lack, a line each, once however many entries offer it. */
export function apiFindings(folder: string): readonly string[] {
  const read = modulesIn(folder);
  const found = publicEntries(folder).flatMap(({ path }: Entry) =>
    exportsOf(path, read).flatMap((exported) =>
      lacksOf(exported).map(({ where, what }) => `${exported.path}: ${where} ${what}`),
    ),
  );
  return [...new Set(found)];
}
