import { root } from '@mesh/tools/root';
import { beforeAll, describe, expect, it } from 'vitest';
import { around } from './around.js';
import { commandLines, helpOf, readCode } from './help.js';
import { foreign, optionFindings, untoldFindings } from './options.js';
import { readPages } from './pages.js';

const { scripts } = around;
const lines = commandLines(scripts);
const helps = new Map<string, string>();
beforeAll(async () => {
  for (const line of lines) helps.set(line.name, await helpOf(line, scripts));
});

describe('npm scripts', () => {
  it('each has a help that this check knows of, or is a program of others', () => {
    const known = new Set([...lines.map(({ name }) => name.split(' ')[0]!), ...foreign]);
    expect(Object.keys(scripts).filter((script) => !known.has(script))).toEqual([]);
  });

  it.each(lines)('the help of $name tells of every option that it reads', ({ name, readers }) => {
    const help = helps.get(name) ?? '';
    expect(help.length).toBeGreaterThan(50);
    expect(untoldFindings(name, readCode(readers), help)).toEqual([]);
  });

  it('are called in the pages by names and options that they have', () => {
    expect(optionFindings(readPages(root), Object.keys(scripts), helps)).toEqual([]);
  });
});
