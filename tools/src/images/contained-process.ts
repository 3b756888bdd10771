import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guard } from '../processes/guardian.js';
import { eventually } from '../testing/eventually.js';

export interface ContainedOptions {
  /** The image's root file system; mount points are made in it. */
  readonly folder: string;
  /** `uid:gid`. */
  readonly user: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Paths inside → folders of this machine that can be written to. */
  readonly mounts?: Readonly<Record<string, string>>;
}

// What a container runtime does before it starts the first process. $1: root, $2: uid:gid, $3: number of mounts.
const script = `set -e
root=$1 user=$2 mounts=$3; shift 3
mount --bind "$root" "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
while [ "$mounts" -gt 0 ]; do mount --bind "$2" "$root$1"; shift 2; mounts=$((mounts - 1)); done
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"`;

/**
 * A process in the root file system of an image, as a container has it: nothing else to be seen, read-only,
 * not root, no new privileges, the first process of its own. It shares the network with this machine. Needs root.
 */
export class ContainedProcess {
  static readonly #running = new Set<ContainedProcess>();
  output = '';
  /** The exit code. */
  readonly ended: Promise<number>;
  readonly #outer: ChildProcess;

  constructor({ folder, user, command, env, mounts = {} }: ContainedOptions) {
    for (const path of ['/dev', '/proc', ...Object.keys(mounts)])
      mkdirSync(join(folder, path), { recursive: true });
    const isolated = ['--mount', '--pid', '--fork', '--kill-child', '--', 'sh', '-c', script, 'sh'];
    const all = Object.entries(mounts);
    this.#outer = spawn(
      'unshare',
      [...isolated, folder, user, String(all.length), ...all.flat(), ...command],
      { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [this.#outer.stdout, this.#outer.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    const { pid } = this.#outer;
    const forget = pid ? guard(pid, { signals: [['SIGKILL', 1_000]] }) : () => {};
    ContainedProcess.#running.add(this);
    this.ended = new Promise((done) =>
      this.#outer.on('close', (code) => {
        forget();
        ContainedProcess.#running.delete(this);
        done(code ?? 1);
      }),
    );
  }

  /** Whether it has not ended. */
  get running(): boolean {
    return this.#outer.exitCode === null && this.#outer.signalCode === null;
  }

  /** Signals the first process, from outside. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    process.kill(await this.firstPid(), signal);
  }

  /** As this machine sees it. @throws Error when it is not the first of its own */
  async firstPid(): Promise<number> {
    const outer = this.#outer.pid ?? 0;
    const pid = await eventually('it runs', () => {
      const [child] = readFileSync(`/proc/${outer}/task/${outer}/children`, 'utf8').split(' ');
      return child ? Number(child) : undefined;
    });
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    if (!/^NSpid:.*\s1$/m.test(status)) throw new Error(`It is not the first process:\n${status}`);
    return pid;
  }

  static killAll(): void {
    for (const one of ContainedProcess.#running) one.kill();
  }

  kill(): void {
    this.#outer.kill('SIGKILL');
  }
}
