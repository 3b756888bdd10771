import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';

export interface Memory {
  /** After a garbage collection, as all of these. */
  readonly heapBytes: number;
  readonly rssBytes: number;
}

interface Options {
  /** What node runs, with its arguments. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const USER_HZ = 100;
/** Lets the process be asked for its memory; its own messages go past it. */
const probe = `data:text/javascript,${encodeURIComponent(`
process.on('message', (message) => {
  if (message !== 'memory') return;
  gc(); gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send({ memory: { rssBytes: rss, heapBytes: heapUsed + external } });
});`)}`;

/** A process whose CPU and memory are looked at from outside. */
export class MeasuredProcess {
  readonly child: ChildProcess;
  #output = '';

  constructor({ args, env = {} }: Options) {
    this.child = spawn(process.execPath, ['--expose-gc', '--import', probe, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...env },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-20_000);
      });
    }
  }

  /** A TypeScript file of this folder. */
  static ofFile(name: string, args: readonly string[] = []): MeasuredProcess {
    const file = join(root, 'bench/src/edge', name);
    return new MeasuredProcess({ args: [join(root, 'tools/exec.mjs'), file, ...args] });
  }

  /** User and system time so far. */
  get cpuMs(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / USER_HZ;
  }

  /** @throws Error with its last output when the process has ended */
  send(message: object | string): void {
    if (!this.child.connected) throw this.#ended();
    this.child.send(message);
  }

  /** The next message with that field. */
  told<Value>(field: string): Promise<Value> {
    return new Promise((resolve, reject) => {
      const { child } = this;
      const ended = () => reject(this.#ended());
      const take = (message: unknown) => {
        if (typeof message !== 'object' || message === null || !(field in message)) return;
        child.off('message', take).off('exit', ended);
        resolve((message as Record<string, Value>)[field] as Value);
      };
      child.on('message', take).once('exit', ended);
      if (child.exitCode !== null) ended();
    });
  }

  memory(): Promise<Memory> {
    this.send('memory');
    return this.told<Memory>('memory');
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }

  #ended(): Error {
    const { exitCode, signalCode } = this.child;
    return new Error(`The process ended (${signalCode ?? exitCode}):\n${this.#output}`);
  }
}
