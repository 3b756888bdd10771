import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '@mesh/tools/testing/eventually';
import type { Mesh } from '@mesh/tools/testing/mesh';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { freePorts } from '@mesh/tools/servers/free-ports';
import { environmentOf } from './injecting.js';

/** A replica of a running mesh's gateway, beside the one that the launcher started. */
export async function startSecondGateway(
  mesh: Mesh,
): Promise<{ readonly url: string; readonly port: number; stop(): Promise<void> }> {
  const [port = 0, managementPort = 0] = await freePorts(2);
  const child = spawn(process.execPath, [join(root, 'dist/apps/gateway/main.js')], {
    env: {
      ...environmentOf(mesh, 'gateway'),
      PORT: String(port),
      MANAGEMENT_PORT: String(managementPort),
    },
    stdio: 'ignore',
  });
  const ready = `http://127.0.0.1:${managementPort}/health/ready`;
  await eventually('the second gateway is ready', async () => {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}`);
    return (await fetch(ready).catch(() => undefined))?.ok;
  });
  return {
    ...{ port, url: `http://127.0.0.1:${port}` },
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
