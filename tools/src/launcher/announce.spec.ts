import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { inventedServices as services } from '../services/testing/invented.js';
import { announce, announcePlaces } from './announce.js';
import { endpointsOf } from './services.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
afterEach(() => void vi.unstubAllEnvs());

/** All of it on one port. */
function endpointsAt(port: number) {
  const all = { grpc: port, http: port, management: port };
  const ports = Object.fromEntries(services.map(({ name }) => [name, all]));
  return endpointsOf(services, ports, '127.0.0.1');
}

it('says the services, where to look, and at last that the mesh is ready', async () => {
  const mesh = createServer((_, response) => response.end('{"token":"t"}'));
  await new Promise<void>((listening) => mesh.listen(0, '127.0.0.1', listening));
  const { port } = mesh.address() as AddressInfo;
  const endpoints = endpointsAt(port);
  const dir = folder.path;
  vi.stubEnv('PRINTER_URL', '');
  const said: string[] = [];
  const { signal } = new AbortController();
  await announce({ services, dir, endpoints, say: (line) => said.push(line), signal });
  mesh.close();
  expect(
    said
      .map((line) => line.trim().split(' ')[0])
      .slice(0, 4)
      .sort(),
  ).toEqual([...['clerk', 'counter', 'door', 'hooks']]);
  expect(said.slice(4)).toEqual([
    `  API page http://localhost:${port}/docs   letters ${dir}/letters   logs ${dir}/logs`,
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
  const announced = announce({
    services,
    dir,
    endpoints: endpointsAt(1),
    say,
    signal: stopping.signal,
  });
  vi.advanceTimersByTime(1_999);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  expect(said).toEqual(['Starting clerk, counter, hooks, door']);
  stopping.abort();
  await announced;
});

it('given a service that does not get ready, then its addresses are written nevertheless', async () => {
  const mesh = createServer((_, response) => response.writeHead(503).end());
  await new Promise<void>((listening) => mesh.listen(0, '127.0.0.1', listening));
  const endpoints = endpointsAt((mesh.address() as AddressInfo).port);
  const dir = mkdtempSync(join(folder.path, 'waiting-'));
  const stopping = new AbortController();
  const announced = announce({ services, dir, endpoints, say: () => {}, signal: stopping.signal });
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
  await announce({ services, dir, endpoints, further: [endpoints], say, signal });
  mesh.close();
  expect(said.map((line) => line.trim().split(' ')[0])).toContain('clerk-2');
  const written = (name: string) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as unknown;
  expect(written('replicas.json')).toMatchObject({
    clerk: [endpoints['clerk'], endpoints['clerk']],
  });
  expect(written('endpoints.json')).toEqual(endpoints);
});

it('given a place that is elsewhere by a variable, then says so', () => {
  vi.stubEnv('PRINTER_URL', 'ipp://127.0.0.1:631');
  const said: string[] = [];
  const { signal } = new AbortController();
  const say = (line: string) => void said.push(line);
  announcePlaces({ services, dir: '/mesh', endpoints: endpointsAt(3000), say, signal });
  expect(said).toEqual([
    '  API page http://localhost:3000/docs   letters printed   logs /mesh/logs',
  ]);
});
