import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync, renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeOptionsOf } from '../../bundle.mjs';
import { Backoff } from '../processes/backoff.js';
import { end, ended } from '../processes/end.js';
import { guard } from '../processes/guardian.js';
import { untilReady } from './health.js';
import { lastWords } from './last-words.js';
import { tellWaiting, watchReadiness } from './watch-readiness.js';

export interface ServiceOptions {
  readonly name: string;
  /** The built service. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** Its management address. */
  readonly management: string;
  /** Takes its output; what it had before is kept as `.1`. */
  readonly logFile: string;
  readonly say: (line: string) => void;
  /** It ended by what another start can't mend, such as its configuration; not started again. */
  readonly onFault: (lastWords: string) => void;
}

/** EX_CONFIG: how a service says that its configuration or its code is at fault. */
const fault = 78;

/** One service, kept running until it is stopped: when it ends, it is started again after a pause. */
export class ServiceProcess {
  readonly #options: ServiceOptions;
  readonly #stopping = new AbortController();
  readonly #backoff = new Backoff();
  #child: ChildProcess | undefined;
  #starts = 0;
  /** Where the log of its current start begins. */
  #logStart = 0;
  #everReady = false;
  #kept: Promise<void> | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
    const { logFile } = options;
    if (existsSync(logFile)) renameSync(logFile, `${logFile}.1`);
    closeSync(openSync(logFile, 'w'));
  }

  /** Undefined while none runs. */
  get pid(): number | undefined {
    const child = this.#child;
    return child?.exitCode === null && child.signalCode === null ? child.pid : undefined;
  }

  start(): void {
    this.#kept ??= this.#keep();
  }

  /** Asks it to drain and end; kills it when it has not after `graceMs`. Idempotent. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const signals = [
      ['SIGTERM', graceMs],
      ['SIGKILL', 1_000],
    ] as const;
    if (this.#child) await end(this.#child, signals);
    await this.#kept;
  }

  /** At once. */
  kill(): void {
    this.#stopping.abort();
    this.#child?.kill('SIGKILL');
  }

  async #keep(): Promise<void> {
    const { name, say } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const outcome = await this.#runOnce();
      if (signal.aborted) return;
      if (outcome === `code ${fault}`) return this.#options.onFault(this.#lastWords());
      const pauseMs = this.#backoff.nextMs();
      const why = this.#everReady ? '' : `\n${this.#lastWords()}`;
      say(
        `${name} ended (${outcome}); starting it again in ${pauseMs} ms, log: ${this.#options.logFile}${why}`,
      );
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  async #runOnce(): Promise<string> {
    const child = this.#spawn();
    this.#child = child;
    this.#starts++;
    const over = new AbortController();
    const outcome = ended(child);
    const forget = child.pid
      ? guard(child.pid, {
          signals: [
            ['SIGTERM', 8_000],
            ['SIGKILL', 1_000],
          ],
        })
      : () => {};
    const watch = this.#watch(AbortSignal.any([over.signal, this.#stopping.signal]));
    const result = await outcome;
    over.abort();
    forget();
    await watch;
    return result;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const started = new AbortController();
    const told = tellWaiting({
      ...this.#options,
      signal: AbortSignal.any([signal, started.signal]),
    });
    const isReady = await untilReady(this.#options.management, signal);
    started.abort();
    await told;
    if (!isReady) return;
    if (this.#starts > 1) this.#options.say(`${this.#options.name} is ready again`);
    this.#everReady = true;
    this.#backoff.reset();
    await watchReadiness({ ...this.#options, signal });
  }

  #spawn(): ChildProcess {
    const { name, file, env, logFile } = this.#options;
    const log = openSync(logFile, 'a');
    this.#logStart = fstatSync(log).size;
    try {
      // A group of its own: Ctrl-C reaches the launcher alone, which ends services in their order.
      return spawn(process.execPath, [...nodeOptionsOf(name), file], {
        detached: true,
        stdio: ['ignore', log, log],
        env: { ...process.env, ...env },
      });
    } finally {
      closeSync(log);
    }
  }

  #lastWords(): string {
    return lastWords(this.#options.logFile, this.#logStart);
  }
}
