import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '../../../..');
const output = join(root, 'dist/testing/service-kit');

/** Bundles the tiny service as services are bundled. */
export async function buildTinyService(): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input: join(import.meta.dirname, 'tiny-main.ts'),
    platform: 'node',
    tsconfig: join(root, 'tsconfig.base.json'),
    external: (id) =>
      !id.startsWith('@oxc-project/runtime') && !id.startsWith('@mesh/') && !/^[./\0]/.test(id),
  });
  await bundle.write({ dir: output, format: 'esm', sourcemap: true });
  await bundle.close();
}

interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly ports?: { readonly http: number; readonly management: number };
  readonly [field: string]: unknown;
}

/** The tiny service as a process of its own. */
export class TinyProcess {
  readonly lines: LogLine[] = [];
  stderr = '';
  readonly exited: Promise<number | string>;
  readonly #child;

  constructor(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
    const file = join(output, 'tiny-main.js');
    this.#child = spawn(process.execPath, ['--enable-source-maps', file, ...args], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let rest = '';
    this.#child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      this.lines.push(...lines.map((line) => JSON.parse(line) as LogLine));
    });
    this.#child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exited = new Promise((exit) =>
      this.#child.on('exit', (code, signal) => exit(code ?? signal ?? '')),
    );
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Sends it a signal; {@link exited} tells of the end. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first line that it has logged with this message so far. */
  line(message: string): LogLine | undefined {
    return this.lines.find(({ msg }) => msg === message);
  }
}
