import type { Tree } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree.js';
import { root } from '../../root.js';
import { namesOf } from './names.js';

/** This workspace as it is on disk; what a generator writes stays in memory. */
export function workspaceTree(): Tree {
  return new FsTree(root, false);
}

/** Paths that differ from the disk, with their texts; null where a file is gone. */
export function changesOf(tree: Tree): ReadonlyMap<string, string | null> {
  return new Map(
    tree.listChanges().map(({ path, content }) => [path, content?.toString('utf8') ?? null]),
  );
}

/** The least of a service with a database that generators work on. */
export function addSmallService(tree: Tree, name: string): void {
  const { pascal } = namesOf(name);
  tree.write(
    `apps/${name}/src/${name}.module.ts`,
    `import { Module } from '@nestjs/common';
import { DatabaseModule } from '@mesh/service-kit';
import { migrations } from './outbound/migrations/index.js';

@Module({ imports: [DatabaseModule.register({ migrations })], controllers: [], providers: [] })
export class ${pascal}Module {}
`,
  );
  tree.write(
    `apps/${name}/src/config.ts`,
    `import { databaseConfig, serviceConfig } from '@mesh/service-kit';
import { z } from 'zod';

export const configSchema = z.object({ ...serviceConfig, ...databaseConfig });
`,
  );
  tree.write(
    `apps/${name}/src/outbound/migrations/index.ts`,
    `import type { Migration } from 'kysely/migration';

export const migrations: Readonly<Record<string, Migration>> = {};
`,
  );
}
