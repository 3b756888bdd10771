import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OrderStatus } from '@mesh/contracts/order';
import { root } from '@mesh/tools/root';
import { eventually } from '@mesh/tools/testing/eventually';
import { temporaryFolder } from '@mesh/tools/testing/temporary-folder';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

const { ORDER_STATUS_CONFIRMED: confirmed, ORDER_STATUS_CANCELLED: cancelled } = OrderStatus;
const folder = temporaryFolder();
const cursor = join(folder.path, 'cursor');
let gateway: GatewayFixture;
let token: string;

beforeAll(async () => {
  gateway = await GatewayFixture.start();
  token = await gateway.token();
});
afterAll(async () => {
  await gateway?.stop();
  folder.remove();
});

it('given a process that is killed with updates in hand, when it is started again, then it goes on with the first that it had not acknowledged', async () => {
  const ids = await Promise.all(Array.from({ length: 4 }, () => gateway.place(token)));
  const change = (status: OrderStatus) =>
    gateway.announce(...ids.map((id) => gateway.orders.change(id, status)));
  const first = follow();
  await eventually('its place is kept', () => existsSync(cursor), { explain: first.complaints });
  await change(confirmed);
  const begun = await first.take(2);
  await first.kill();
  // Behind its back.
  await change(cancelled);
  const second = follow();
  begun.push(...(await second.take(3)));
  await second.kill();
  const third = follow();
  begun.push(...(await third.take(4)));
  await third.kill();
  // What each had begun and not acknowledged when it was killed comes again to the next one, and nothing else does.
  expect(begun[2]).toBe(begun[1]);
  expect(begun[5]).toBe(begun[4]);
  expect(begun.toSpliced(5, 1).toSpliced(2, 1)).toEqual([
    ...ids.slice(0, 4).map((id) => `${id} 2`),
    ...ids.slice(0, 3).map((id) => `${id} 3`),
  ]);
});

/** The process, which takes up one update after the other. */
function follow() {
  const program = [join(root, 'tools/exec.mjs'), join(import.meta.dirname, 'live-follower.ts')];
  const child = spawn(process.execPath, [...program, gateway.url, token, cursor]);
  let said = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const begun = () => said.split('\n').slice(0, -1);
  return {
    complaints: () => complaints,
    /** Acknowledges all but the last of so many updates; what it began with. */
    take: async (count: number): Promise<string[]> => {
      for (let at = 1; at <= count; at += 1) {
        await eventually(`update ${at}`, () => begun().length === at, {
          explain: () => said + complaints,
        });
        if (at < count) child.stdin.write('\n');
      }
      return begun();
    },
    kill: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
