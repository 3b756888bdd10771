import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { outbox } from './command.js';

const parked = (position: string, over: object = {}) => ({
  ...{ position, stream: 'mesh.probe.v1', key: 'o-1', eventId: position, eventType: 'JobPlaced' },
  ...{ reason: 'MESSAGE_TOO_LARGE', error: 'too large', appendedAt: '2026-11-21T10:00:00Z' },
  ...over,
});
const items = [parked('3'), parked('5', { reason: 'BEHIND' }), parked('6', { key: null })];
const answers: Record<string, unknown> = {
  'GET /outbox-parked?limit=1000': { items },
  'POST /outbox-parked/redrive': { redriven: 1, left: 1, error: 'still too large' },
  'POST /outbox-parked/discard': { discarded: true },
};

let server: Server;
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const what = `${request.method} ${request.url}`;
    asked.push(what);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[what]));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => server.close());

async function run(...args: string[]) {
  const said: string[] = [];
  const { port } = server.address() as AddressInfo;
  const where = ['--service', 'depot', '--url', `http://127.0.0.1:${port}`];
  const terminal = { say: (line: string) => said.push(line), env: { MESH_TOKEN: 'token' } };
  return { code: await outbox.run([...args, ...where], terminal as never), said };
}

it('lists what is parked', async () => {
  const { code, said } = await run('parked');
  expect(said).toHaveLength(4);
  expect(said[1]).toMatch(/^3 +mesh\.probe\.v1 +o-1 +JobPlaced .* MESSAGE_TOO_LARGE +too large$/);
  expect(code).toBe(0);
});

it('given a dry run, then shows what a redrive is about and changes nothing', async () => {
  const { said } = await run('redrive', '--stream', 'mesh.probe.v1', '--key', 'o-1', '--dry-run');
  expect(said).toHaveLength(4);
  expect(said.at(-1)).toBe('Dry run: nothing was changed.');
  expect(asked).toEqual(['GET /outbox-parked?limit=1000']);
});

it('says what a redrive left, and fails', async () => {
  const { code, said } = await run('redrive', '--stream', 'mesh.probe.v1', '--key', 'o-1', '--yes');
  expect(said.at(-1)).toBe('Published 1, 1 left: still too large');
  expect(code).toBe(1);
});

it('discards the one that is named', async () => {
  const { code, said } = await run('discard', '--position', '6', '--yes');
  expect(said.at(-1)).toBe('Discarded.');
  expect(code).toBe(0);
  await expect(run('discard', '--position', '7', '--yes')).rejects.toMatchObject({
    message: 'No such event is parked',
    exitCode: 1,
  });
});
