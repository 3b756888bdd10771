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

/** Lets it serve gRPC, so far without a method. */
export function addSmallGrpc(tree: Tree, name: string): void {
  const { pascal, snake } = namesOf(name);
  tree.write(
    `proto/mesh/${snake}/v1/${snake}_service.proto`,
    `syntax = "proto3";\n\npackage mesh.${snake}.v1;\n\nservice ${pascal}Service {}\n`,
  );
  tree.write(
    `apps/${name}/src/inbound/${name}.grpc.controller.ts`,
    `import { ${pascal}ServiceService } from '@mesh/contracts/${snake}';
import { GrpcController } from '@mesh/service-kit';

@GrpcController(${pascal}ServiceService)
export class ${pascal}GrpcController {}
`,
  );
}
