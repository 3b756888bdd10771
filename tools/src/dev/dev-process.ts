import { spawn, type ChildProcess } from 'node:child_process';
import { end, ended } from '../processes/end.js';
import { guard } from '../processes/guardian.js';

const stopSignals = [
  ['SIGTERM', 5_000],
  ['SIGKILL', 1_000],
] as const;

/** A service under development: its output goes to this terminal; when it ends, it waits for a change. */
export class DevProcess {
  readonly #name: string;
  readonly #file: string;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(name: string, file: string, env: Readonly<Record<string, string>>) {
    this.#name = name;
    this.#file = file;
    this.#env = env;
  }

  get running(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Ends the one that runs and starts another. Fulfilled with whether there was one; calls take turns. */
  restart(): Promise<boolean> {
    return this.#inTurn(async () => {
      const before = await this.#end();
      this.#start();
      return before;
    });
  }

  stop(): Promise<boolean> {
    return this.#inTurn(() => this.#end());
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  #start(): void {
    const child = spawn(process.execPath, ['--enable-source-maps', this.#file], {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...this.#env },
    });
    this.#child = child;
    const forget = child.pid ? guard(child.pid, { signals: stopSignals }) : () => {};
    void ended(child).then((outcome) => {
      forget();
      if (this.#child === child)
        console.log(`${this.#name} ended (${outcome}); waiting for a change`);
    });
  }

  async #end(): Promise<boolean> {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return false;
    await end(child, stopSignals);
    return true;
  }
}
