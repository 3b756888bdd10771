import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Printed {
  readonly code: number;
  /** What went to the output and to the error output, as it came. */
  readonly text: string;
}

export interface TerminalOptions {
  /** The project. What commands leave behind is not left there. */
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
}

const end = '\u001e';

/** One shell, as a person has it open while reading a page: what one block defines, the next can use. */
export class Terminal {
  readonly #folder: string;
  readonly #shell;
  #said = '';
  #told: () => void = () => undefined;

  constructor({ project, env }: TerminalOptions) {
    this.#folder = mkdtempSync(join(tmpdir(), 'mesh-docs-'));
    for (const name of readdirSync(project))
      symlinkSync(join(project, name), join(this.#folder, name));
    this.#shell = spawn('bash', ['--norc'], {
      cwd: this.#folder,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const stream of [this.#shell.stdout, this.#shell.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text;
        this.#told();
      });
    this.#shell.on('exit', () => this.#told());
  }

  /** Fulfilled when the shell is done, with the code of the last command that failed; rejects when the shell has ended. */
  async run(commands: string): Promise<Printed> {
    this.#said = '';
    this.#shell.stdin.write(
      `failed=0; trap 'failed=$?' ERR\n{\n${commands}\n} 2>&1 </dev/null\nprintf '${end}%s${end}' $failed\n`,
    );
    for (;;) {
      const [, text = '', code] = /^(.*)\u001e(\d+)\u001e/s.exec(this.#said) ?? [];
      if (code !== undefined) return { code: Number(code), text };
      if (this.#shell.exitCode !== null) throw new Error(`The shell has ended:\n${this.#said}`);
      await new Promise<void>((resolve) => (this.#told = resolve));
    }
  }

  close(): void {
    this.#shell.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
