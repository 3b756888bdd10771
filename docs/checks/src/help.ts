import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '@mesh/tools/processes/run-program';
import { root } from '@mesh/tools/root';

/** A command line, and the modules that read its options. */
export interface CommandLine {
  /** The npm script, and the command below it. */
  readonly name: string;
  readonly readers: readonly string[];
}

const below = (command: string): CommandLine => ({
  name: `mesh ${command}`,
  readers: [`cli/src/${command}/options.ts`, `cli/src/${command}/command.ts`],
});

const all: readonly CommandLine[] = [
  { name: 'start', readers: ['tools/src/arguments.ts'] },
  { name: 'servers', readers: ['tools/src/servers.ts'] },
  { name: 'test', readers: ['tools/src/checks/arguments.ts'] },
  { name: 'test:faults', readers: ['tools/src/conformance/options.ts'] },
  { name: 'test:fuzz', readers: ['tools/src/fuzz/options.ts'] },
  { name: 'mesh', readers: ['cli/src/run.ts'] },
  ...['dead-letters', 'manifests', 'outbox', 'replay', 'topology'].map(below),
  { name: 'bench', readers: ['bench/src/options.ts'] },
  { name: 'images', readers: ['tools/src/images/options.ts'] },
  { name: 'check:rolling', readers: ['tools/src/check-rolling.ts'] },
  { name: 'check:chaos', readers: ['chaos/src/options.ts'] },
  { name: 'k8s', readers: ['tools/src/k8s.ts'] },
  { name: 'generate', readers: ['tools/src/generate.ts'] },
  { name: 'docs:api', readers: ['docs/checks/src/docs-api.ts'] },
  { name: 'doctor', readers: ['tools/doctor.mjs'] },
  { name: 'demo', readers: ['tools/src/demo/options.ts'] },
];

/** Those that are here: some belong to the example, and go with it. */
export function commandLines(scripts: Readonly<Record<string, string>>): readonly CommandLine[] {
  return all.filter(
    ({ name, readers }) => name.split(' ')[0]! in scripts && readCode(readers) !== '',
  );
}

export function readCode(readers: readonly string[]): string {
  const files = readers.map((reader) => join(root, reader)).filter((file) => existsSync(file));
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

/** What `--help` prints. @throws Error when it does not end well */
export async function helpOf(
  { name }: CommandLine,
  scripts: Readonly<Record<string, string>>,
): Promise<string> {
  const [script = '', ...command] = name.split(' ');
  const words = scripts[script]!.split(' ').slice(1);
  const { code, output } = await runProgram('node', [...words, ...command, '--help'], {
    cwd: root,
  });
  if (code !== 0) throw new Error(`npm run ${name} -- --help ended with ${code}:\n${output}`);
  return output;
}
