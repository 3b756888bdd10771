import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../root.js';
import { eventually } from './eventually.js';

export interface Endpoints {
  readonly gateway: { readonly http: string; readonly management: string };
  readonly [service: string]: Readonly<Record<string, string>>;
}

export interface MeshOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A folder of its own for data, keys and mailbox. @default a new one, removed at stop */
  readonly dir?: string;
  /** Processes of every service. @default 1 */
  readonly replicas?: number;
}

/** The mesh as a person starts it: `npm start` in a process of its own, reached by its public contract. */
export class Mesh {
  private constructor(
    readonly dir: string,
    readonly launcher: ChildProcess,
    private readonly said: string[],
    private readonly owned: boolean,
  ) {}

  /** Fulfilled when the launcher has printed its ready line. */
  static async start({ env = {}, dir, replicas = 1 }: MeshOptions = {}): Promise<Mesh> {
    const place = dir ?? mkdtempSync(join(tmpdir(), 'mesh-e2e-'));
    const launcher = spawn('npm', ['start', '--silent', ...several(replicas)], {
      cwd: root,
      env: { ...process.env, PORT: '0', MESH_DIR: place, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const mesh = new Mesh(place, launcher, [], dir === undefined);
    for (const stream of [launcher.stdout, launcher.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => mesh.said.push(text));
    await eventually(
      'the mesh is ready',
      () => {
        if (launcher.exitCode !== null) throw new Error(`npm start ended:\n${mesh.output}`);
        return /^Mesh ready: http:\/\/localhost:\d+$/m.test(mesh.output);
      },
      { withinMs: 120_000, explain: () => mesh.output },
    );
    return mesh;
  }

  /** All that the launcher printed. */
  get output(): string {
    return this.said.join('');
  }

  get url(): string {
    return /^Mesh ready: (\S+)$/m.exec(this.output)?.[1] ?? '';
  }

  get mailbox(): string {
    return join(this.dir, 'mailbox');
  }

  endpoints(): Endpoints {
    return JSON.parse(readFileSync(join(this.dir, 'endpoints.json'), 'utf8')) as Endpoints;
  }

  /** Of every replica, by service. */
  replicas(): Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> {
    return JSON.parse(readFileSync(join(this.dir, 'replicas.json'), 'utf8')) as never;
  }

  /** The process of a service, found among the launcher's descendants. */
  pidOf(service: string): number | undefined {
    return this.pidsOf(service)[0];
  }

  /** Those of all replicas of a service. */
  pidsOf(service: string): readonly number[] {
    const script = `apps/${service}/main.js`;
    return this.descendants().filter((pid) => commandOf(pid).includes(script));
  }

  /** The postmaster of the embedded PostgreSQL. */
  databasePid(): number {
    const pid = this.descendants().find((pid) => /\bpostgres -D /.test(commandOf(pid)));
    if (pid === undefined) throw new Error(`PostgreSQL does not run:\n${this.output}`);
    return pid;
  }

  /** Everything that the launcher started, and what that started. */
  descendants(): number[] {
    const parents = processes();
    const mine = new Set([this.launcher.pid]);
    for (let size = 0; size !== mine.size;) {
      size = mine.size;
      for (const [pid, parent] of parents) if (mine.has(parent)) mine.add(pid);
    }
    mine.delete(this.launcher.pid);
    return [...mine].filter((pid) => pid !== undefined);
  }

  /** Kills a service the hard way and waits until its successor runs. */
  async killService(service: string): Promise<void> {
    const pid = this.pidOf(service);
    if (pid === undefined) throw new Error(`${service} does not run:\n${this.output}`);
    process.kill(pid, 'SIGKILL');
    await eventually(`${service} runs again`, () => {
      const successor = this.pidOf(service);
      return successor !== undefined && successor !== pid;
    });
  }

  /** SIGTERM to the npm process alone. */
  async stop(): Promise<void> {
    const { launcher } = this;
    if (launcher.exitCode === null && launcher.signalCode === null) {
      const ended = new Promise((done) => launcher.once('exit', done));
      launcher.kill('SIGTERM');
      await ended;
    }
    if (this.owned) await rm(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function several(replicas: number): readonly string[] {
  return replicas === 1 ? [] : ['--', '--replicas', String(replicas)];
}

/** Whether a process is there; a zombie is not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function processes(): Map<number, number> {
  const found = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = parentOf(Number(entry));
    if (parent !== undefined) found.set(Number(entry), parent);
  }
  return found;
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
