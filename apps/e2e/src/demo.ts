import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { eventually } from '@mesh/tools/testing/eventually';
import type { Mesh } from '@mesh/tools/testing/mesh';
import { Customer } from '@mesh/tools/testing/customer';
import { expect, it } from 'vitest';

/** `npm run demo` in a process of its own. */
function demo(dir: string, ...args: string[]) {
  const child = spawn('npm', ['run', '--silent', 'demo', '--', ...args], {
    cwd: root,
    env: { ...process.env, MESH_DIR: dir, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { child, closed: once(child, 'close'), output: () => output };
}

export function demoCases(mesh: () => Mesh): void {
  it('orders of the demo are those of its customer, and Ctrl-C ends it with what it did', async () => {
    const customer = await Customer.signIn(mesh().url);
    const running = demo(mesh().dir, '--rate', '20', '--customer', customer.id);
    const items = async () => {
      const response = await customer.request('/v1/orders');
      return ((await response.json()) as { items: unknown[] }).items;
    };
    await eventually('there are orders', async () => (await items()).length > 2, {
      explain: running.output,
    });
    running.child.kill('SIGINT');
    expect(await running.closed).toEqual([0, null]);
    expect(running.output()).toMatch(/^Ended: .*\d+ orders/m);
  });

  it('given no mesh, then the demo says how to start one', async () => {
    const dir = join(tmpdir(), 'no-such-folder');
    const running = demo(dir);
    expect(await running.closed).toEqual([1, null]);
    expect(running.output()).toContain(
      `No mesh runs here: ${join(dir, 'endpoints.json')} names none. Start one in another terminal: npm start`,
    );
  });
}
