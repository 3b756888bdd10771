import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeLocalSecrets } from './local-secrets.js';
import { missingSecrets } from './missing-secrets.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mesh-secrets-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

describe('secrets of production', () => {
  test('given files and values that are not there, then all is told at once, without a value', () => {
    write('order.env.example', 'DATABASE_URL=\nAMQP_URL=\n');
    write('notifications.env.example', 'DATABASE_URL=\nSMTP_URL=\n');
    write('notifications.env', '# mail\nDATABASE_URL=postgres://u:swordfish@db/n\nSMTP_URL=\n');
    write('cursor-secret.example', '');
    write('cursor-secret', 'short');
    expect(missingSecrets(folder)).toEqual([
      'cursor-secret is shorter than 32 bytes',
      'notifications.env has no value for SMTP_URL',
      'order.env is missing; it has DATABASE_URL, AMQP_URL',
    ]);
  });

  test('given all of them, then nothing is missing', () => {
    write('order.env.example', 'DATABASE_URL=\n');
    write('order.env', 'DATABASE_URL=postgres://u:p@db/o?sslmode=verify-full\n');
    write('cursor-secret.example', '');
    write('cursor-secret', 's'.repeat(32));
    expect(missingSecrets(folder)).toEqual([]);
  });
});

describe('secrets of local', () => {
  const contents = (of: string) =>
    Object.fromEntries(readdirSync(of).map((file) => [file, readFileSync(join(of, file), 'utf8')]));

  test('given none, then they are made, of others each time', () => {
    const { folder: one } = makeLocalSecrets(join(folder, 'one'));
    const { folder: other } = makeLocalSecrets(join(folder, 'other'));
    const [mine, yours] = [contents(one), contents(other)];
    expect(Object.keys(mine)).toEqual(Object.keys(yours));
    for (const [file, text] of Object.entries(mine)) expect(text).not.toBe(yours[file]);
  });

  test('given they are there, then they stay', () => {
    const { folder: made } = makeLocalSecrets(folder);
    const before = contents(made);
    expect(makeLocalSecrets(folder)).toEqual({ folder: made, made: false });
    expect(contents(made)).toEqual(before);
  });
});
