import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { exportLetters } from './export.js';
import { readOptions } from './options.js';
import { oneLetter } from './testing/one-letter.js';

const parent = mkdtempSync(join(tmpdir(), 'mesh-cli-'));
let folder: string;
let lines: string[];
const say = (line: string) => void lines.push(line);
const terminal = { say, warn: say, env: {} };
const exported = (...args: string[]) => exportLetters(oneLetter, readOptions(args), terminal);

beforeEach(() => {
  folder = mkdtempSync(join(parent, 'test-'));
  lines = [];
});
afterAll(() => rmSync(parent, { recursive: true }));

describe('export --out', () => {
  it('writes the file and nothing beside it', async () => {
    const out = join(folder, 'x');
    expect(await exported('--out', out)).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^{"name":"probe\/7","id":"7".*}\n$/);
    expect(readdirSync(folder)).toEqual(['x']);
    expect(lines).toEqual([`Wrote 1 dead letter to ${out}`]);
  });

  it('given a file that is there, then replaces it only when told', async () => {
    const out = join(folder, 'x');
    writeFileSync(out, 'mine');
    await expect(exported('--out', out)).rejects.toMatchObject({
      exitCode: 2,
      message: `${out} is there already; --force replaces it`,
    });
    expect(readFileSync(out, 'utf8')).toBe('mine');
    expect(await exported('--out', out, '--force')).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('probe/7');
  });

  it('given that none matches, then writes nothing, not even when told to replace', async () => {
    const out = join(folder, 'x');
    writeFileSync(out, 'mine');
    expect(await exported('--reason', 'expired', '--out', out, '--force')).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual(['x']);
    expect(lines).toEqual(['No dead letter matches; nothing was written.']);
  });

  it.each([
    ['gone/x', 'ENOENT: no such file or directory'],
    ['.', 'it is there and is no file'],
  ])('given %s, then says that it can not be written', async (name, why) => {
    const out = join(folder, name);
    await expect(exported('--out', out, '--force')).rejects.toMatchObject({
      exitCode: 2,
      message: `can't write ${out}: ${why}`,
    });
  });
});
