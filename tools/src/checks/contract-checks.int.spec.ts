import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { breakingChanges, staleFiles } from './contract-checks.js';

describe('contract checks', () => {
  const folder = temporaryFolder();
  const cwd = join(folder.path, 'repository');
  const events = join(cwd, 'proto/mesh/order/v1/order_events.proto');
  const git = (...args: string[]) =>
    runProgram('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', ...args], {
      cwd,
    });

  beforeAll(async () => {
    for (const name of [
      'buf.yaml',
      'buf.gen.yaml',
      '.gitignore',
      'proto',
      'libs/contracts',
      'starter.json',
    ])
      cpSync(join(root, name), join(cwd, name), { recursive: true });
    // For the plugins that are in the repository themselves.
    symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'));
    await git('init', '-q', '-b', 'main');
    await git('add', '.');
    await git('commit', '-q', '-m', 'Promise');
  });
  afterAll(() => folder.remove());

  it('given protos as they were promised, then nothing is broken and nothing is stale', async () => {
    expect(await breakingChanges(cwd)).toBe('');
    expect(await staleFiles(cwd)).toEqual([]);
  });

  it('given a field that is gone, then the break is named and the generated file is stale', async () => {
    const text = readFileSync(events, 'utf8');
    const [field = ''] = /^ {2}string customer_id = \d+;\n/m.exec(text) ?? [];
    expect(field).not.toBe('');
    writeFileSync(events, text.replace(field, ''));
    const broken = await breakingChanges(cwd);
    expect(broken).toMatch(/Previously present field "\d+" with name "customer_id"/);
    expect(broken).toContain(
      'put it back with its name, number\nand type, and mark it [deprecated = true]',
    );
    expect(await staleFiles(cwd)).toContain('mesh/order/v1/order_events.ts');
  });

  it('given that they had another name when they were promised, then that binds nobody', async () => {
    const starter = join(cwd, 'starter.json');
    const named = readFileSync(starter, 'utf8');
    writeFileSync(starter, named.replace(/"protoPackage": "\w+"/, '"protoPackage": "another"'));
    expect(await breakingChanges(cwd)).toBe('');
    writeFileSync(starter, named);
  });

  it('given no git repository, then there is nothing to compare with', async () => {
    expect(await breakingChanges(folder.path)).toBeUndefined();
  });
});
