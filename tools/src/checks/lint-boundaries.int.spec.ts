import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';
import { nxEnvironment } from './program-check.js';

/** The workspace's rules and projects, without their code. */
const skeleton = [
  ...['package.json', 'nx.json', 'tsconfig.base.json', 'eslint.config.mjs'],
  ...globSync('{apps/*,libs/*,tools}/{package,project}.json', { cwd: root }),
];
/** A forbidden import in each, but for the last. */
const files = {
  'libs/tracing/src/up.ts': `export { deadLetterDestination } from '@mesh/messaging';`,
  'apps/gateway/src/sideways.ts': `export * from '../../order/src/main.js';`,
  'apps/order/src/domain/out.ts': `export { Pool } from 'pg';`,
  'apps/inventory/src/use-cases/framework.ts': `export { Module } from '@nestjs/common';`,
  'libs/pg-log/src/framework.ts': `export { Module } from '@nestjs/common';`,
  'libs/messaging/src/server.ts': `export { startPostgres } from '@mesh/tools/postgres';`,
  'libs/outbox/src/down.ts': `export { deadLetterDestination } from '@mesh/messaging';`,
};
const projects = [...new Set(Object.keys(files).map((file) => file.split('/')[1] ?? ''))];

describe('given a forbidden import in a project, when linting through nx', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'mesh-lint-'));
  let output = '';

  beforeAll(async () => {
    for (const file of skeleton) cpSync(join(root, file), join(workspace, file));
    linkModules(workspace);
    const empty = [
      'libs/messaging/src/index.ts',
      'apps/order/src/main.ts',
      'tools/src/postgres/index.ts',
    ];
    for (const file of empty) write(join(workspace, file), 'export {};');
    for (const [file, text] of Object.entries(files)) write(join(workspace, file), text);
    const args = [
      'run-many',
      '-t',
      'lint',
      '-p',
      projects.join(','),
      '--output-style=stream',
      '--skip-nx-cache',
    ];
    const result = await runProgram('nx', args, {
      cwd: workspace,
      env: { ...nxEnvironment, NO_COLOR: '1', FORCE_COLOR: '0' },
    });
    output = result.output;
  }, 180_000);
  afterAll(() => rmSync(workspace, { recursive: true, force: true }));

  const complaints = [
    ['a lib may not import one above it', 'tracing', 'A project tagged with "lib:tracing" '],
    [
      'an app may not import an app',
      'gateway',
      'Projects cannot be imported by a relative or absolute path',
    ],
    [
      'the domain imports nothing',
      'order',
      'The domain imports nothing: hand it what it needs as an argument',
    ],
    [
      'a use case knows no framework',
      'inventory',
      'declare the interface that it needs beside it, implement that in outbound/',
    ],
    [
      'only service-kit imports Nest',
      'pg-log',
      'wire it in libs/service-kit or in an app. See docs/architecture.md#who-may-import-whom',
    ],
    [
      'production code may not import tools',
      'messaging',
      'A project tagged with "lib:messaging" can only depend on',
    ],
  ] as const;
  it.each(complaints)('then %s: lint fails', (_rule, project, complaint) => {
    const lines = output.split('\n').filter((line) => line.startsWith(`${project}: `));
    expect(lines.join('\n')).toContain(complaint);
    expect(output).toContain(`- ${project}:lint`);
  });

  it('then a project without one passes', () => {
    expect(output).not.toContain('- outbox:lint');
  });
});

/** The packages that are installed, but the workspace's own are those of the copy. */
function linkModules(workspace: string): void {
  const modules = join(workspace, 'node_modules');
  mkdirSync(join(modules, '@mesh'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@mesh') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  for (const folder of globSync('{apps/*,libs/*,tools}', { cwd: workspace })) {
    symlinkSync(join(workspace, folder), join(modules, '@mesh', basename(folder)));
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${text}\n`);
}
