import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { describe, expect, it } from 'vitest';
import { digest, withoutComments, type Contract } from './contract.js';
import { contractFindings } from './contract-findings.js';
import { contractFile, earlierEdition, presentEdition } from './recorded.js';

const log = (line: string) => `# Changelog\n\n## Unreleased\n\n${line}\n\n## 1.0\n\n- Old\n`;
const edition = (contract: Contract, changelog = log(''), name = 'ours') => ({
  ...{ name, contract, changelog },
});
const one = { protos: { 'a.proto': '1' } };
const other = { protos: { 'a.proto': '2' } };

describe('the public contract of this project', () => {
  it('does not change without a line under Unreleased in CHANGELOG.md', async () => {
    const before = await earlierEdition(root);
    if (typeof before === 'string') console.log(`The contract is held against nothing: ${before}`);
    else expect(contractFindings(before, presentEdition(root))).toEqual([]);
  });

  it('is recorded, of each kind something', () => {
    const { contract } = presentEdition(root);
    expect(Object.keys(contract).length).toBeGreaterThan(5);
    for (const [kind, things] of Object.entries(contract))
      expect(Object.keys(things), kind).not.toEqual([]);
    expect(contract['npm scripts']).toHaveProperty('start');
    expect(contract['endpoints.json']).toMatchObject({ gateway: 'http management' });
  });
});

describe('what counts as a change', () => {
  it.each([
    ['a thing that has changed', one, other, ['protos: a.proto has changed']],
    ['a thing that is gone', one, { protos: {} }, ['protos: a.proto is gone']],
    ['a new thing', {}, one, []],
    ['nothing', one, one, []],
  ])('given %s, then says so', (_, before, now, findings) => {
    expect(contractFindings(edition(before), edition(now))).toEqual(findings);
  });

  it('given a new line under Unreleased, then is content; elsewhere, then is not', () => {
    expect(contractFindings(edition(one), edition(other, log('- Breaking: a')))).toEqual([]);
    const elsewhere = log('').replace('- Old', '- Old\n- Breaking: a');
    expect(contractFindings(edition(one), edition(other, elsewhere))).not.toEqual([]);
  });

  it('given a system that has another name now, then nothing was promised', () => {
    expect(contractFindings(edition(one), edition({}, log(''), 'theirs'))).toEqual([]);
  });

  it('is no other order of keys, no other wording, no comment or layout of a proto', () => {
    const words = { type: 'object', description: 'old', properties: { title: { type: 'string' } } };
    const again = { properties: { title: { type: 'string' } }, type: 'object', description: 'new' };
    expect(digest(words)).toBe(digest(again));
    expect(digest(words)).not.toBe(digest({ ...words, properties: {} }));
    expect(withoutComments('// a\nmessage A {\n  /* b */ string c = 1; // d\n}\n')).toBe(
      'message A { string c = 1; }',
    );
    expect(withoutComments('option a = "http://b";')).toBe('option a = "http://b" ;');
  });
});

describe('what it is held against', () => {
  it('given changes that are not committed, then the last commit', async () => {
    const { folder, commit, write } = repository();
    commit(one);
    write(other);
    expect(await earlierEdition(folder)).toEqual(edition(one));
    expect(presentEdition(folder)).toEqual(edition(other));
  });

  it('given a commit on the main branch, then the one before', async () => {
    const { folder, commit } = repository();
    commit(one);
    commit(other);
    expect(await earlierEdition(folder)).toEqual(edition(one));
  });

  it('given a branch, then where it began', async () => {
    const { folder, commit, git } = repository();
    commit(one);
    git('switch', '-q', '-c', 'branch');
    commit(other);
    commit({});
    expect(await earlierEdition(folder)).toEqual(edition(one));
  });

  it('given a shallow clone or no git, then says that there is nothing', async () => {
    const { folder, commit } = repository();
    commit(one);
    commit(other);
    const clone = mkdtempSync(join(tmpdir(), 'contract-'));
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${folder}`, clone]);
    expect(await earlierEdition(clone)).toContain('a shallow clone?');
    const none = mkdtempSync(join(tmpdir(), 'contract-'));
    expect(await earlierEdition(none)).toBe('this folder has no git history');
  });
});

function repository() {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder });
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'somebody');
  git('config', 'user.email', 'somebody@shop.example');
  mkdirSync(join(folder, 'docs/reference'), { recursive: true });
  const write = (contract: Contract) => {
    writeFileSync(join(folder, contractFile), JSON.stringify(contract));
    writeFileSync(join(folder, 'CHANGELOG.md'), log(''));
    writeFileSync(join(folder, 'package.json'), '{ "name": "ours" }');
  };
  const commit = (contract: Contract) => {
    write(contract);
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
  };
  return { folder, git, write, commit };
}
