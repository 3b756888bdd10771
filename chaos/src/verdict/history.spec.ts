import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { afterAll, expect, it } from 'vitest';
import { writeHistories } from './history.js';
import { soundEvidence } from './testing/sound-evidence.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

it('given a guilty key, then writes what all stores, clients and logs know of it and of its events, and of nothing else', async () => {
  const log = join(folder.path, 'order.log');
  writeFileSync(log, 'took stands\ntook short\nhandled e2\n');
  const evidence = soundEvidence();
  const findings = [{ kind: 'lost', key: 'stands', what: 'is not there' }] as const;
  const files = await writeHistories(['stands', 'back'], findings, {
    ...{ evidence, logFiles: [log], dir: join(folder.path, 'report') },
    signal: new AbortController().signal,
  });
  const file = files.get('stands') ?? '';
  expect(files.get('back')).toBe(join(folder.path, 'report', 'back.txt'));
  const text = readFileSync(file, 'utf8');
  for (const section of [
    'findings',
    'commands',
    'orders',
    'updates',
    'reservations',
    'mails',
    'messages',
    'outbox of order',
    'outbox of inventory',
    'outbox of notifications',
    'sightings',
    'log order.log',
  ])
    expect(text).toContain(`== ${section}\n`);
  expect(text).toContain('"what":"is not there"');
  expect(text).toContain('{"watcher":"the feed of ann","versions":[1,2]}');
  expect(text).toContain('took stands\n');
  expect(text).not.toContain('short');
});

it('given many findings of a stock number with thousands of events, then others get their turn meanwhile', async () => {
  const evidence = soundEvidence();
  const [change] = evidence.outboxes.inventory;
  for (let n = 0; n < 5_000; n += 1)
    evidence.outboxes.inventory.push({ ...change!, id: `change-${n}`, key: 'MUG' });
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  await writeHistories(['MUG'], [], {
    ...{ evidence, logFiles: [], dir: join(folder.path, 'report') },
    signal: new AbortController().signal,
  });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
});

it('given that a person stops it, then nothing is written', async () => {
  const signal = AbortSignal.abort(new Error('stopped'));
  const dir = join(folder.path, 'stopped');
  const sources = { evidence: soundEvidence(), logFiles: [], dir, signal };
  await expect(writeHistories(['stands'], [], sources)).rejects.toThrow('stopped');
  expect(existsSync(dir)).toBe(false);
});
