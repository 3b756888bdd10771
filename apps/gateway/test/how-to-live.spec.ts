import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OrderStatus } from '@mesh/contracts/order';
import { root } from '@mesh/tools/root';
import { eventually } from '@mesh/tools/testing/eventually';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

// What docs/how-to/live-updates.md shows for Node, run as it stands there.
const page = readFileSync(join(root, 'docs/how-to/live-updates.md'), 'utf8');
const [, code = ''] = /```ts\n(.*?)```/s.exec(page) ?? [];
const [, command = ''] = /`(node tools\/run\.mjs [^`]*)`/.exec(page) ?? [];
const file = join(root, 'dist', 'follow-orders.ts');
const folder = temporaryFolder();
const cursor = join(folder.path, 'ann.cursor');
let gateway: GatewayFixture;

beforeAll(async () => {
  gateway = await GatewayFixture.start();
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(file, code);
});
afterAll(async () => {
  rmSync(file, { force: true });
  await gateway?.stop();
  folder.remove();
});

it('follows the orders of ann, and goes on where it was when it is started again', async () => {
  const ann = await gateway.token('ann');
  const orderId = await gateway.place(ann);
  const change = (status: OrderStatus) => gateway.announce(gateway.orders.change(orderId, status));
  const first = run();
  await eventually('a place to go on from', () => existsSync(cursor), { explain: first.said });
  await change(OrderStatus.ORDER_STATUS_CONFIRMED);
  await first.says(`${orderId} 2 CONFIRMED\n`);
  await first.end();
  await change(OrderStatus.ORDER_STATUS_CANCELLED);
  const second = run();
  await second.says(`${orderId} 3 CANCELLED\n`);
  await second.end();
});

/** The command of the document, with the address, the file and the cursor of this test. */
function run() {
  const [program, ...args] = command
    .replace('follow-orders.ts', file)
    .replace('http://localhost:3000', gateway.url)
    .replace('ann.cursor', cursor)
    .split(' ');
  const child = spawn(program === 'node' ? process.execPath : '', args, { cwd: root });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  return {
    said: () => said,
    /** All that it says. */
    says: async (text: string) => {
      await eventually('the line', () => said.length >= text.length, { explain: () => said });
      expect(said).toBe(text);
    },
    end: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
