import { expect, onTestFinished, test } from 'vitest';
import { ManagementRoutes, type ManagementHandler } from './management-routes.js';
import { startManagementServer } from './management-server.js';
import { Readiness } from './readiness.js';

async function served(handler: ManagementHandler) {
  const routes = new ManagementRoutes();
  routes.add('/broken', handler);
  const lines: unknown[][] = [];
  const log = { error: (...line: unknown[]) => void lines.push(line) };
  const options = { host: '127.0.0.1', port: 0, readiness: new Readiness(), routes, log };
  const server = await startManagementServer(options);
  onTestFinished(() => server.close());
  return { url: `http://127.0.0.1:${server.port}`, lines };
}
const failure = new Error('The disk is full of secrets');

test.each<[string, ManagementHandler]>([
  ['rejects', () => Promise.reject(failure)],
  [
    'throws',
    () => {
      throw failure;
    },
  ],
])(
  'given a handler that %s, then the answer is a problem without its message, and the log has it once',
  async (_, handler) => {
    const { url, lines } = await served(handler);
    const response = await fetch(`${url}/broken/thing?token=x`);
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = await response.text();
    expect(JSON.parse(problem)).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(problem).not.toContain(failure.message);
    expect(lines).toEqual([
      [{ err: failure, path: '/broken/thing' }, 'A request to the management port failed'],
    ]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  },
);

test('given a handler that fails after it began to answer, then the answer is cut off, and the log has it once', async () => {
  const { url, lines } = await served(async (_, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('half');
    throw failure;
  });
  await expect(fetch(`${url}/broken`).then((response) => response.text())).rejects.toThrow();
  expect(lines).toHaveLength(1);
});
