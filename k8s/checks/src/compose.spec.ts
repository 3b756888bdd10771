import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeFaults } from './compose.js';
import { readServices } from './service-code.js';

const text = readFileSync(join(root, 'compose.yaml'), 'utf8');
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mesh-compose-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const faultsOf = async (file: string) =>
  composeFaults(file, { services: await readServices(), folder });

describe('compose.yaml', () => {
  it('is one, and each service would start with what it gets', async () => {
    expect(await faultsOf(text)).toEqual([]);
  });

  it.each([
    ['a misspelt field', 'cap_drop: [ALL]', 'cap_dorp: [ALL]', /additional properties.*cap_dorp/],
    [
      'an unknown variable',
      'MAILBOX_DIR:',
      'MAILBOX_FOLDER:',
      /^notifications: MAILBOX_FOLDER is no variable/,
    ],
    [
      'a missing variable',
      '      ORDER_GRPC_ADDRESS: dns:///order:50051\n',
      '',
      /^gateway: ORDER_GRPC_ADDRESS: expected host:port/,
    ],
    [
      'a file that nobody makes',
      '/keys/cursor-secret',
      '/keys/secret',
      /^gateway: CURSOR_SECRET_FILE: expected a file/,
    ],
    [
      'a port that is open to all',
      "'127.0.0.1:3000:3000'",
      "'3000:3000'",
      /^gateway: port 3000:3000 is open/,
    ],
    [
      'another image',
      'image: mesh/order',
      'image: mesh/orders',
      /^order: its image is mesh\/orders$/,
    ],
  ])('given %s, then says so', async (_what, right, wrong, fault) => {
    expect(text).toContain(right);
    const faults = await faultsOf(text.replace(right, wrong));
    expect(faults.filter((one) => fault.test(one))).not.toEqual([]);
  });
});
