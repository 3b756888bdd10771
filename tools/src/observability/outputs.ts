import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { allServices } from '../services/index.js';
import { readCatalogue } from './catalogue.js';
import { dashboardFindings, queriesOf } from './dashboard-findings.js';
import { dashboards } from './dashboards/all.js';
import { render } from './dashboards/render.js';
import { folders, readRules, readRuleTests } from './rule-files.js';
import { ruleFindings } from './rule-findings.js';
import { commandsIn, readRunbooks, runbookFindings, runbookTable, tablePath } from './runbooks.js';
import { missingTest, rulesOf } from './service-rules.js';
import { deliberatelyUnused, unusedFindings } from './unused-metrics.js';

/** What is wrong with rules, tests, runbooks and dashboards of the project in `folder`, a sentence each. */
export function findingsIn(folder: string): string[] {
  const rules = readRules(folder);
  const catalogue = readCatalogue(folder);
  return [
    ...ruleFindings({
      rules,
      tests: readRuleTests(folder),
      catalogue,
      otherQueries: queriesOf(dashboards),
    }),
    ...runbookFindings({
      alerts: rules.alerts,
      runbooks: readRunbooks(folder),
      commands: commandsIn(folder),
      exists: (path) => existsSync(join(folder, path)),
    }),
    ...dashboardFindings({
      services: allServices(),
      dashboards,
      recordings: rules.recordings,
      catalogue,
    }),
    ...unusedFindings({
      ...{ catalogue, recordings: rules.recordings, deliberate: deliberatelyUnused },
      queries: [...queriesOf(dashboards), ...rules.alerts.map(({ expr }) => expr)],
    }),
  ];
}

/** Files that are made: their contents by path in the project. */
export async function outputsFor(folder: string): Promise<ReadonlyMap<string, string>> {
  const made = dashboards.map(
    (plan) =>
      [
        join(folders.dashboards, `${plan.uid}.json`),
        `${JSON.stringify(render(plan), null, 2)}\n`,
      ] as const,
  );
  const table = runbookTable(readRules(folder).alerts, readRunbooks(folder));
  const options = await resolveConfig(join(folder, tablePath));
  const page = await format(table, { ...options, filepath: tablePath });
  const rules = join(folders.rules, 'services.yaml');
  const services = allServices();
  return new Map([
    ...made,
    [tablePath, page],
    [rules, rulesOf(readFileSync(join(folder, rules), 'utf8'), services)],
    [join(folders.tests, 'services-missing.yaml'), missingTest(services)],
  ]);
}

/** Paths of made files that are not as they would be made, or would not be made at all. */
export async function staleOutputs(folder: string): Promise<string[]> {
  const outputs = await outputsFor(folder);
  const found = readdirSync(join(folder, folders.dashboards)).map((name) =>
    join(folders.dashboards, name),
  );
  return [...new Set([...outputs.keys(), ...found])].filter((path) => {
    const file = join(folder, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== outputs.get(path);
  });
}
