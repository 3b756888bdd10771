import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Terminal } from './terminal.js';

it('keeps what a block defines for the next, and leaves no file in the project', async () => {
  const project = mkdtempSync(join(tmpdir(), 'mesh-project-'));
  writeFileSync(join(project, 'file'), 'of the project\n');
  const terminal = new Terminal({ project, env: { GIVEN: 'given' } });
  try {
    expect(await terminal.run('name=kept\nhello() { echo "$1" >&2; }')).toEqual({
      code: 0,
      text: '',
    });
    expect(
      await terminal.run('hello $name; echo $GIVEN; cat file; echo new > other; false'),
    ).toEqual({
      code: 1,
      text: 'kept\ngiven\nof the project\n',
    });
    expect(readdirSync(project)).toEqual(['file']);
    await expect(terminal.run('exit 3')).rejects.toThrow('The shell has ended');
  } finally {
    terminal.close();
    rmSync(project, { recursive: true });
  }
});
