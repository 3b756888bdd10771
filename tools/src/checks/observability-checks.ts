import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { queriesOf } from '../observability/dashboard-findings.js';
import { dashboards } from '../observability/dashboards/all.js';
import { findingsIn, staleOutputs } from '../observability/outputs.js';
import { folders, yamlPaths } from '../observability/rule-files.js';
import { runProgram, type RunResult } from '../processes/run-program.js';
import { root } from '../root.js';
import { findCommand } from '../servers/find-command.js';
import { banner } from '../testing/banner.js';
import { fail, pass, skip, type Check, type Counts } from './check.js';

const stage = 'observability';

/** Rules, their tests, runbooks and dashboards. */
export const observabilityChecks: readonly Check[] = [
  holds('alerts, runbooks, dashboards', 'Rules, runbooks and dashboards do not fit', () =>
    findingsIn(root),
  ),
  holds(
    'dashboards are up to date',
    'Not what it is made from (run: npm run generate:observability)',
    () => staleOutputs(root),
  ),
  promtool('promtool check rules', (run) => run('check', pathsIn(folders.rules))),
  promtool('promtool test rules', (run) => run('test', pathsIn(folders.tests))),
  promtool('promtool check queries of dashboards', checkQueries),
];

const pathsIn = (folder: string) => yamlPaths(join(root, folder));

/** promtool reads rules alone, so every query becomes one. */
async function checkQueries(run: RunPromtool): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-queries-'));
  try {
    const rules = queriesOf(dashboards).map((expr) => ({ record: 'panel', expr }));
    const numbered = rules.map((rule, at) => ({ ...rule, labels: { at: String(at) } }));
    const path = join(folder, 'queries.yaml');
    writeFileSync(path, stringify({ groups: [{ name: 'panels', rules: numbered }] }));
    return await run('check', [path]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Passes when nothing is found. */
function holds(
  title: string,
  otherwise: string,
  find: () => readonly string[] | Promise<readonly string[]>,
): Check {
  return {
    stage,
    title,
    run: async () => {
      try {
        return told(otherwise, await find());
      } catch (error) {
        // A file that is not of its form.
        return told(title, [(error as Error).message]);
      }
    },
  };
}

function told(what: string, findings: readonly string[]): Counts {
  if (findings.length === 0) return pass;
  console.log(`\n${what}:\n  ${findings.join('\n  ')}`);
  return fail;
}

type RunPromtool = (what: 'check' | 'test', paths: readonly string[]) => Promise<RunResult>;

function promtool(title: string, work: (run: RunPromtool) => Promise<RunResult>): Check {
  return {
    stage,
    title,
    run: async () => {
      if (findCommand('promtool') === null) {
        console.error(
          banner('promtool (Debian: prometheus) is not here: the rules of alerts are not tested.'),
        );
        return process.env['CI'] === 'true' ? fail : skip;
      }
      const { code, output } = await work((what, paths) =>
        runProgram('promtool', [what, 'rules', ...paths]),
      );
      return code === 0 ? pass : told(title, [output.trimEnd()]);
    },
  };
}
