import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { RelayProcessOptions } from './relay-steps.js';

/** A relay in a process of its own; it ends with this one, however this one ends. */
export interface RelayProcess {
  /** Fulfilled when it stands at the step that it was told; rejected when it ends before. */
  readonly halted: Promise<void>;
  /** Fulfilled when it relays; rejected when it ends before. */
  readonly relaying: Promise<void>;
  /** By SIGTERM, as a service stops; fulfilled when it is gone. */
  end(): Promise<void>;
  /** By SIGKILL; fulfilled when it is gone. Idempotent. */
  kill(): Promise<void>;
  /** SIGSTOP. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
}

/** `main` is bundled already. */
export function startRelayProcess(main: string, options: RelayProcessOptions): RelayProcess {
  const child = fork(main, [JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: ['--enable-source-maps'],
  });
  const exited = once(child, 'exit');
  const said = (word: string): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    child.stdout?.on('data', (text) => `${text}`.includes(word) && resolve());
    exited.then(() => reject(new Error(`The relay process ended before it was ${word}`)), reject);
    promise.catch(() => {});
    return promise;
  };
  return {
    halted: said('halted'),
    relaying: said('relaying'),
    async end() {
      child.kill('SIGTERM');
      await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}
