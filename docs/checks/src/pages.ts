import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A page of Markdown, by its path in the project. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

const skipped = new Set(['node_modules', 'dist', 'tmp', 'gen', 'gen-es', 'files']);

/** Every page of the project in `folder`; not those of templates, which have names to fill in. */
export function readPages(folder: string): readonly Page[] {
  return pathsBelow(folder).map((path) => ({
    path: relative(folder, path),
    text: readFileSync(path, 'utf8'),
  }));
}

function pathsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return pathsBelow(path);
    return entry.isFile() && entry.name.endsWith('.md') ? [path] : [];
  });
}
