import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { afterAll, expect, it } from 'vitest';
import { writeHistory } from './history.js';
import { soundEvidence } from './testing/sound-evidence.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

it('given a guilty key, then writes what all stores, clients and logs know of it and of its events, and of nothing else', () => {
  const log = join(folder.path, 'order.log');
  writeFileSync(log, 'took stands\ntook short\nhandled e2\n');
  const evidence = soundEvidence();
  const findings = [{ kind: 'lost', key: 'stands', what: 'is not there' }] as const;
  const file = writeHistory('stands', findings, {
    ...{ evidence, logFiles: [log], dir: join(folder.path, 'report') },
  });
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
