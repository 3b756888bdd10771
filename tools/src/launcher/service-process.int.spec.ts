import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { identityOf } from '../processes/identity.js';
import { freePorts } from '../servers/free-ports.js';
import { runText } from '../testing/run-entry.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import { ServiceProcess } from './service-process.js';

/** A service in a few lines: ready at once but for while AWAY is there, drains for DRAIN_MS when asked to end. */
const standIn = `
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
if (process.env.EXIT_CODE) { console.log(process.env.WORDS ?? 'PORT: expected a number'); process.exit(Number(process.env.EXIT_CODE)); }
const away = '{"status":"waiting","waitingFor":[{"name":"database","reason":"connect ECONNREFUSED"},{"name":"relay","reason":"late"}]}';
createServer((request, response) => {
  if (existsSync(process.env.AWAY ?? '')) return response.writeHead(503).end(away);
  if (request.url === '/health/ready') console.log('ready');
  response.end('{}');
}).listen(Number(process.env.MANAGEMENT_PORT), '127.0.0.1');
process.on('SIGTERM', () => { console.log('draining'); setTimeout(() => process.exit(0), Number(process.env.DRAIN_MS)); });
`;

describe('ServiceProcess', () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'service.mjs');
  writeFileSync(file, standIn);
  const services: ServiceProcess[] = [];
  afterEach(() => Promise.all(services.splice(0).map((service) => service.stop(1_000))));
  afterAll(() => folder.remove());

  const start = async (env: Record<string, string> = {}, logged?: string) => {
    const [port = 0] = await freePorts(1);
    const said: string[] = [];
    const faults: string[] = [];
    const logFile = join(folder.path, `${port}.log`);
    if (logged !== undefined) writeFileSync(logFile, logged);
    const management = `http://127.0.0.1:${port}`;
    const service = new ServiceProcess({
      name: 'stand-in',
      file,
      env: { MANAGEMENT_PORT: String(port), DRAIN_MS: '0', ...env },
      management,
      logFile,
      say: (line) => said.push(line),
      onFault: (words) => faults.push(words),
    });
    services.push(service);
    service.start();
    const answers = () =>
      fetch(management).then(
        () => true,
        () => false,
      );
    return { service, said, faults, logFile, answers };
  };

  it('given a service killed with SIGKILL, then it is started again and that is said in a line', async () => {
    const { service, said, answers, logFile } = await start();
    await until('it answers', answers);
    const first = service.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await until('it is ready again', () => said.includes('stand-in is ready again'));
    expect(said[0]).toMatch(/^stand-in ended \(SIGKILL\); starting it again in 250 ms/);
    expect(said[0]).toContain(logFile);
    expect(service.pid).not.toBe(first);
  });

  it('given the log of a mesh that ran before, then it is kept beside the new one', async () => {
    const { answers, logFile } = await start({}, 'what happened before');
    await until('it answers', answers);
    expect(readFileSync(`${logFile}.1`, 'utf8')).toBe('what happened before');
    expect(readFileSync(logFile, 'utf8')).not.toContain('before');
  });

  it('given a service that is not ready for a while, then that is said with what it waits for, and its return', async () => {
    const away = join(folder.path, 'away');
    const { said, logFile } = await start({ AWAY: away });
    await until('it was seen ready', () => readFileSync(logFile, 'utf8').includes('ready'));
    writeFileSync(away, '');
    await until('the line', () => said.length > 0);
    rmSync(away);
    await until('the second line', () => said.length > 1);
    expect(said).toEqual([
      'stand-in is not ready: waits for database (connect ECONNREFUSED), relay (late)',
      'stand-in is ready again',
    ]);
  });

  it('given a service that does not get ready, then that is said with what it waits for', async () => {
    const away = join(folder.path, 'away-from-the-start');
    writeFileSync(away, '');
    const { said } = await start({ AWAY: away });
    await until('the line', () => said.length > 0);
    expect(said).toEqual([
      'stand-in is not ready: waits for database (connect ECONNREFUSED), relay (late)',
    ]);
  });

  it('given a service that ends at once again and again, then the pauses grow', async () => {
    const { said } = await start({ EXIT_CODE: '1' });
    await until('three attempts', () => said.length >= 3);
    expect(said.map((line) => /in (\d+) ms/.exec(line)?.[1]).slice(0, 3)).toEqual([
      '250',
      '500',
      '1000',
    ]);
  });

  it('given a start that fails, then its fatal line is said as a sentence, and nothing of earlier starts', async () => {
    const WORDS =
      '{"level":"fatal","err":{"message":"no room","stack":"…"},"msg":"The service could not start"}';
    const { said } = await start({ EXIT_CODE: '1', WORDS });
    await until('two attempts', () => said.length >= 2);
    expect(said.map((line) => line.split('\n').slice(1)).slice(0, 2)).toEqual([
      ['The service could not start: no room'],
      ['The service could not start: no room'],
    ]);
  });

  it('given a configuration fault, then it is not tried again and its words are passed on', async () => {
    const { service, faults, said } = await start({ EXIT_CODE: '78' });
    expect(await until('the fault', () => faults[0])).toBe('PORT: expected a number');
    await service.stop(0);
    expect(said).toEqual([]);
  });

  it('when stopped, then the service drains', async () => {
    const { service, answers, logFile } = await start({ DRAIN_MS: '200' });
    await until('it answers', answers);
    await service.stop(5_000);
    expect(readFileSync(logFile, 'utf8')).toContain('draining');
    expect(await answers()).toBe(false);
  });

  it('when it does not end in its time, then it is killed', async () => {
    const { service, answers } = await start({ DRAIN_MS: '60000' });
    await until('it answers', answers);
    const pid = service.pid ?? 0;
    await service.stop(100);
    expect(identityOf(pid)).toBeUndefined();
  });

  it('given its launcher killed with SIGKILL, then it drains and ends', async () => {
    const [port = 0] = await freePorts(1);
    const logFile = join(folder.path, 'orphan.log');
    const launcher = runText(
      `import { ServiceProcess } from '@tools/launcher/service-process.js';
       const service = new ServiceProcess({ name: 'orphan', file: ${JSON.stringify(file)}, logFile: ${JSON.stringify(logFile)},
         env: { MANAGEMENT_PORT: '${port}', DRAIN_MS: '100' }, management: 'http://127.0.0.1:${port}',
         say: () => {}, onFault: () => {} });
       service.start();
       console.log('pid', service.pid);`,
      'service-launcher',
    );
    const pid = await until('it runs', () => Number(/pid (\d+)/.exec(launcher.output())?.[1]));
    await until('it answers', () =>
      fetch(`http://127.0.0.1:${port}`).then(
        () => true,
        () => false,
      ),
    );
    launcher.child.kill('SIGKILL');
    await until('it is gone', () => identityOf(pid) === undefined);
    expect(readFileSync(logFile, 'utf8')).toContain('draining');
  });
});
