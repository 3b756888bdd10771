import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { GuardedProcess } from './guarded-process.js';
import { ServerError } from './server-error.js';

interface Waiting {
  readonly name: string;
  readonly port: number;
  readonly server: GuardedProcess;
  readonly timeoutMs: number;
}

/** Fulfilled when the port takes connections; stops the server and says why when it does not. */
export async function waitUntilListening({
  name,
  port,
  server,
  timeoutMs,
}: Waiting): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let ended = false;
  void server.ended.then(() => (ended = true));
  while (!(await accepts(port))) {
    if (!ended && Date.now() < deadline) await pause(50);
    else {
      await server.stop();
      const what = ended ? 'ended while it started' : `does not listen after ${timeoutMs} ms`;
      throw new ServerError(
        'SERVER_FAILED',
        `${name} ${what}. The end of its log:\n${server.logTail()}`,
      );
    }
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (yes: boolean) => (socket.destroy(), resolve(yes));
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
