import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { breakingChanges, staleFiles } from '../checks/contract-checks.js';
import { outputsFor, staleOutputs } from '../observability/outputs.js';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';

/** Something that is made from code, protos and descriptors, and kept in git. */
export interface Step {
  readonly name: string;
  /** In a line of the help. */
  readonly what: string;
  /** What is not as it would be made: paths, or why that can't be told. */
  stale(): Promise<readonly string[]>;
  /** Makes it. @returns why it could not, or nothing */
  write(): Promise<string | undefined>;
}

/** In the order in which one builds on another. */
export const steps: readonly Step[] = [
  {
    name: 'buf',
    what: 'code of the protos: libs/contracts/src/gen, gen-es',
    stale: () => staleFiles(root),
    write: writeCode,
  },
  {
    name: 'observability',
    what: 'dashboards, and the table of alerts in docs/runbooks',
    stale: () => staleOutputs(root),
    write: writeObservability,
  },
  programStep('manifests', 'what of k8s/ and compose.yaml is made from code, the diagram in docs', {
    write: ['cli/src/mesh.ts', 'manifests', 'write'],
    check: ['cli/src/mesh.ts', 'manifests', 'check'],
  }),
  programStep(
    'docs',
    'tables of docs: settings, decisions, sizes; the record of the public contract',
    {
      write: ['docs/checks/src/generate.ts'],
      check: ['docs/checks/src/generate.ts', '--check'],
    },
  ),
];

/** Of protos that break what others rely on, too: whether that may be is said by `npm test -- buf`, and here before it. */
async function writeCode(): Promise<string | undefined> {
  const broken = await breakingChanges(root);
  if (broken !== undefined && /[Ff]ield "/.test(broken))
    console.warn(`${broken}\nUntil then npm test -- buf is red.\n`);
  return faultOf('buf', ['generate']);
}

async function writeObservability(): Promise<undefined> {
  const outputs = await outputsFor(root);
  for (const path of await staleOutputs(root)) {
    const content = outputs.get(path);
    if (content === undefined) rmSync(join(root, path));
    else writeFileSync(join(root, path), content);
  }
}

/** A program of another project of this workspace, which may import what this one may not. */
function programStep(
  name: string,
  what: string,
  { write, check }: { readonly write: readonly string[]; readonly check: readonly string[] },
): Step {
  return {
    name,
    what,
    stale: async () => {
      const { code, output } = await runProgram('node', ['tools/run.mjs', ...check]);
      // Their heading would say of what is about to be made that it is wrong.
      return code === 0
        ? []
        : output
            .trim()
            .split('\n')
            .filter((line) => !line.endsWith(':'));
    },
    write: () => faultOf('node', ['tools/run.mjs', ...write]),
  };
}

async function faultOf(program: string, args: readonly string[]): Promise<string | undefined> {
  const { code, output } = await runProgram(program, args);
  return code === 0 ? undefined : output.trim();
}
