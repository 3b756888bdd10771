import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { announce, announcePlaces } from './announce.js';
import { endpointsOf } from './services.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
afterEach(() => void vi.unstubAllEnvs());

/** All of it on one port. */
function endpointsAt(port: number) {
  const all = { grpc: port, http: port, management: port };
  return endpointsOf({ order: all, inventory: all, notifications: all, gateway: all }, '127.0.0.1');
}

it('says the services, where to look, and at last that the mesh is ready', async () => {
  const mesh = createServer((_, response) => response.end('{"token":"t"}'));
  await new Promise<void>((listening) => mesh.listen(0, '127.0.0.1', listening));
  const { port } = mesh.address() as AddressInfo;
  const endpoints = endpointsAt(port);
  const dir = folder.path;
  vi.stubEnv('SMTP_URL', '');
  const said: string[] = [];
  const { signal } = new AbortController();
  await announce({ dir, endpoints, say: (line) => said.push(line), signal });
  mesh.close();
  expect(
    said
      .map((line) => line.trim().split(' ')[0])
      .slice(0, 4)
      .sort(),
  ).toEqual([...['gateway', 'inventory', 'notifications', 'order']]);
  expect(said.slice(4)).toEqual([
    `  API page http://localhost:${port}/docs   mails ${dir}/mailbox   logs ${dir}/logs`,
    `Mesh ready: http://localhost:${port}`,
  ]);
  expect(existsSync(join(dir, 'endpoints.json'))).toBe(true);
});

it('given no service is ready after 2 s, then says once that they are starting', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const said: string[] = [];
  const stopping = new AbortController();
  const dir = mkdtempSync(join(folder.path, 'slow-'));
  const say = (line: string) => said.push(line);
  // Nothing listens on port 1.
  const announced = announce({ dir, endpoints: endpointsAt(1), say, signal: stopping.signal });
  vi.advanceTimersByTime(1_999);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  expect(said).toEqual(['Starting order, inventory, notifications, gateway']);
  stopping.abort();
  await announced;
});

it('given a service that does not get ready, then its addresses are written nevertheless', async () => {
  const mesh = createServer((_, response) => response.writeHead(503).end());
  await new Promise<void>((listening) => mesh.listen(0, '127.0.0.1', listening));
  const endpoints = endpointsAt((mesh.address() as AddressInfo).port);
  const dir = mkdtempSync(join(folder.path, 'waiting-'));
  const stopping = new AbortController();
  const announced = announce({ dir, endpoints, say: () => {}, signal: stopping.signal });
  expect(JSON.parse(readFileSync(join(dir, 'endpoints.json'), 'utf8'))).toEqual(endpoints);
  stopping.abort();
  await announced;
  mesh.close();
});

it('given two replicas, then says each and writes the addresses of both', async () => {
  const mesh = createServer((_, response) => response.end('{"token":"t"}'));
  await new Promise<void>((listening) => mesh.listen(0, '127.0.0.1', listening));
  const endpoints = endpointsAt((mesh.address() as AddressInfo).port);
  const dir = folder.path;
  const said: string[] = [];
  const { signal } = new AbortController();
  const say = (line: string) => void said.push(line);
  await announce({ dir, endpoints, further: [endpoints], say, signal });
  mesh.close();
  expect(said.map((line) => line.trim().split(' ')[0])).toContain('order-2');
  const written = (name: string) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as unknown;
  expect(written('replicas.json')).toMatchObject({ order: [endpoints.order, endpoints.order] });
  expect(written('endpoints.json')).toEqual(endpoints);
});

it('given a mail server, then says that mails go there', () => {
  vi.stubEnv('SMTP_URL', 'smtp://127.0.0.1:25');
  const said: string[] = [];
  const { signal } = new AbortController();
  const say = (line: string) => void said.push(line);
  announcePlaces({ dir: '/mesh', endpoints: endpointsAt(3000), say, signal });
  expect(said).toEqual([
    '  API page http://localhost:3000/docs   mails sent by SMTP_URL   logs /mesh/logs',
  ]);
});
