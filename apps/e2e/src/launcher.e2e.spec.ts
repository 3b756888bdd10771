import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Customer } from '@mesh/tools/testing/customer';
import { eventually } from '@mesh/tools/testing/eventually';
import { isAlive, Mesh } from '@mesh/tools/testing/mesh';

const root = resolve(import.meta.dirname, '../../..');

describe('npm start', () => {
  const dirs: string[] = [];
  const meshes: Mesh[] = [];
  const folder = () => {
    const dir = mkdtempSync(join(tmpdir(), 'mesh-launcher-'));
    dirs.push(dir);
    return dir;
  };
  const start = async (dir: string, env: Record<string, string> = {}) => {
    const mesh = await Mesh.start({ dir, env });
    meshes.push(mesh);
    return mesh;
  };
  afterEach(async () => {
    for (const mesh of meshes.splice(0)) await mesh.stop();
    for (const dir of dirs.splice(0))
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  it('given orders, when stopped by SIGTERM and started again, then they are there and no process stayed', async () => {
    const dir = folder();
    const first = await start(dir);
    const customer = await Customer.signIn(first.url, { id: 'returning' });
    const { orderId } = await customer.place('MUG-BLUE', 1);
    const family = first.descendants();
    const stopping = performance.now();
    await first.stop();
    expect(performance.now() - stopping).toBeLessThan(10_000);
    await eventually('nothing is left', () => !family.some(isAlive));

    const second = await start(dir);
    const again = await Customer.signIn(second.url, { id: 'returning' });
    expect((await again.order(orderId)).orderId).toBe(orderId);
    // A token outlives a restart: it is signed with the key in the mesh's folder.
    const old = await fetch(`${second.url}/v1/orders/${orderId}`, {
      headers: { authorization: `Bearer ${customer.token}` },
    });
    expect(old.status).toBe(200);
  }, 180_000);

  it('given a running mesh, when its launcher is killed with SIGKILL, then nothing stays', async () => {
    const mesh = await start(folder());
    const family = mesh.descendants();
    expect(family.length).toBeGreaterThan(4);
    // npm, the entry script and the launcher: all that is not a service or the database.
    mesh.launcher.kill('SIGKILL');
    await eventually('nothing is left', () => !family.some(isAlive), { withinMs: 20_000 });
  }, 120_000);

  it('given a port that is taken, when starting, then it moves on and says so', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const mesh = await start(folder(), { PORT: String(port) });
    expect(mesh.output).toMatch(new RegExp(`port ${port}\\b.*(taken|in use)`, 'i'));
    expect(mesh.url).not.toBe(`http://localhost:${port}`);
    expect((await fetch(`${mesh.url}/v1/stock`)).status).toBe(200);
    blocker.close();
  }, 120_000);

  it('given a running mesh, when started again on the same folder, then it says so and the first goes on', async () => {
    const dir = folder();
    const first = await start(dir);
    const second = spawn('npm', ['start', '--silent'], {
      cwd: root,
      env: { ...process.env, PORT: '0', MESH_DIR: dir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [second.stdout, second.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(second, 'exit')) as [number | null];
    expect(code).not.toBe(0);
    expect(said).toMatch(/already/i);
    expect(first.endpoints().gateway.http).toContain(`:${new URL(first.url).port}`);
    expect((await fetch(`${first.url}/v1/stock`)).status).toBe(200);
  }, 120_000);
});
