import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram } from '@mesh/tools/processes/run-program';
import { root } from '@mesh/tools/root';
import { afterAll, expect, it } from 'vitest';

const page = 'docs/how-to/change-an-event.md';
const protos = [...readFileSync(join(root, page), 'utf8').matchAll(/```proto\n(.*?)```/gs)].map(
  ([, text = '']) => {
    const [, kind = ''] = /^\/\/ (\w+)\n/.exec(text) ?? [];
    return { kind, text: text.replace(/^.*\n/, '') };
  },
);
const before = protos.find(({ kind }) => kind === 'before');
const changes = protos.filter(({ kind }) => kind !== 'before');
const folder = mkdtempSync(join(tmpdir(), 'mesh-change-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A project with one proto, and the rules of this one. */
function projectWith(name: string, text: string): string {
  const project = join(folder, name);
  const file = join(project, 'proto/mesh/lending/v1/lending_events.proto');
  mkdirSync(dirname(file), { recursive: true });
  cpSync(join(root, 'buf.yaml'), join(project, 'buf.yaml'));
  writeFileSync(file, text);
  return project;
}

it.each(changes.map((change, at) => ({ ...change, at: String(at) })))(
  `${page}: change $at is $kind by buf`,
  async ({ kind, text, at }) => {
    expect(['allowed', 'refused']).toContain(kind);
    const old = projectWith('before', before!.text);
    const cwd = projectWith(at, text);
    const lint = await runProgram('buf', ['lint'], { cwd });
    expect(lint.output).toBe('');
    const { code, output } = await runProgram('buf', ['breaking', '--against', old], { cwd });
    expect(code === 0 ? 'allowed' : 'refused', output).toBe(kind);
  },
);

it('the page shows changes of both kinds', () => {
  expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['allowed', 'refused']));
});
