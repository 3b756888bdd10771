import { globSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { Application, type TypeDocOptions } from 'typedoc';
import type { Entry } from './entries.js';

export interface ApiPages {
  readonly entries: readonly Entry[];
  /** Whose program has all entries; from the root. */
  readonly tsconfig: string;
  /** Emptied first. */
  readonly folder: string;
}

/** Writes the pages of what these entries export. @throws Error when TypeDoc can't read them */
export async function writeApiPages({ entries, tsconfig, folder }: ApiPages): Promise<void> {
  const names = new Map(entries.map(({ path, name }) => [join(root, path), name]));
  const app = await Application.bootstrap({
    ...options,
    entryPoints: [...names.keys()],
    tsconfig: join(root, tsconfig),
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the libs: see above');
  // An only entry is the project itself.
  for (const module of project.children ?? []) {
    const name = names.get(module.sources?.[0]?.fullFileName ?? '');
    if (name !== undefined) module.name = name;
  }
  app.validate(project);
  await app.generateDocs(project, folder);
}

const options: TypeDocOptions = {
  name: 'API of the libs',
  alwaysCreateEntryPointModule: true,
  readme: join(root, 'docs/README.md'),
  projectDocuments: globSync('docs/{*,how-to/*}.md', { cwd: root })
    .filter((path) => path !== join('docs', 'README.md'))
    .map((path) => join(root, path)),
  // From the folder of a page to the file; no place on the net is needed.
  disableGit: true,
  basePath: root,
  sourceLinkTemplate: '../../../../libs/{path}',
  highlightLanguages: [
    'bash',
    'js',
    'console',
    'json',
    'protobuf',
    'sql',
    'typescript',
    'yaml',
    'mermaid',
  ],
  // Whether all is documented is told quicker by api.spec.ts, and types are checked by the typecheck.
  validation: { notDocumented: false, notExported: false, invalidLink: true },
  skipErrorChecking: true,
  excludePrivate: true,
  excludeInternal: true,
  hideGenerator: true,
  logLevel: 'Warn',
};
