import { seriesLabels, labelsIn, type CatalogueEntry } from './catalogue.js';
import { readQuery, type LabelsOfMetric, type QueryReading } from './promql.js';
import type { Alert, Recording, Rules, RuleTest } from './rule-files.js';

export interface CheckedRules {
  readonly rules: Rules;
  readonly tests: readonly RuleTest[];
  readonly catalogue: readonly CatalogueEntry[];
  /** Queries from elsewhere that read recording rules: of dashboards. */
  readonly otherQueries: readonly string[];
}

/** What is wrong with rules and their tests, a sentence each. */
export function ruleFindings({ rules, tests, catalogue, otherQueries }: CheckedRules): string[] {
  const { recordings, alerts } = rules;
  const scraped = seriesLabels(catalogue);
  const recorded = recordedLabels(recordings, labelsIn(scraped));
  const known = labelsIn(scraped, recorded);
  const read = (query: string) => readQuery(query, known);
  const queries = [...recordings, ...alerts].map(({ expr }) => expr);
  const readNames = new Set([...queries, ...otherQueries].flatMap((query) => read(query).metrics));
  const sourcesOf = sourceFinder(recordings, known);
  return [
    ...recordings.flatMap(({ record, expr }) => [
      ...read(expr).findings.map((finding) => `${record}: ${finding}`),
      ...(readNames.has(record) ? [] : [`${record}: No alert and no dashboard reads it`]),
    ]),
    ...duplicates(alerts.map((one) => one.alert)).map(
      (name) => `${name}: Two alerts have this name`,
    ),
    ...alerts.flatMap((one) => [
      ...expressionFindings(one, read(one.expr)),
      ...testFindings(one.alert, tests, sourcesOf(one.expr)),
    ]),
    ...tests.flatMap((test) => inputFindings(test, alerts, read)),
  ];
}

/** What recording rules make, each from those before it, and the labels it has. */
export function recordedLabels(
  recordings: readonly Recording[],
  scraped: LabelsOfMetric,
): Map<string, ReadonlySet<string>> {
  const made = new Map<string, ReadonlySet<string>>();
  for (const { record, expr, labels } of recordings) {
    const own = readQuery(expr, (name) => made.get(name) ?? scraped(name)).labels;
    made.set(record, new Set([...(made.get(record) ?? []), ...own, ...Object.keys(labels ?? {})]));
  }
  return made;
}

/** The scraped metrics that a query rests on, through recording rules. */
function sourceFinder(recordings: readonly Recording[], known: LabelsOfMetric) {
  const sourcesOf = (query: string): string[] =>
    readQuery(query, known).metrics.flatMap((name) => {
      const from = recordings.filter(({ record }) => record === name);
      return from.length === 0 ? [name] : from.flatMap(({ expr }) => sourcesOf(expr));
    });
  return sourcesOf;
}

function expressionFindings(
  { alert, annotations }: Alert,
  { findings, labels }: QueryReading,
): string[] {
  // What is not there has no labels either.
  if (findings.length > 0) return findings.map((finding) => `${alert}: ${finding}`);
  return [...annotations.summary.matchAll(/\$labels\.(\w+)/g)]
    .map(([, label = '']) => label)
    .filter((label) => !labels.has(label))
    .map(
      (label) =>
        `${alert}: Its summary names the label ${label}, which its expression does not give`,
    );
}

function testFindings(alert: string, tests: readonly RuleTest[], sources: readonly string[]) {
  const cases = tests.flatMap((test) =>
    test.alert_rule_test
      .filter(({ alertname }) => alertname === alert)
      .map(({ exp_alerts: expected = [] }) => ({ fires: expected.length > 0, test })),
  );
  const hasInput = ({ input_series: series }: RuleTest) =>
    series.some((one) => sources.includes(nameOf(one.series)));
  const silent = cases.filter(({ fires }) => !fires);
  const findings: string[] = [];
  if (!cases.some(({ fires }) => fires)) findings.push(`${alert}: No test in which it fires`);
  if (silent.length === 0) findings.push(`${alert}: No test in which it stays silent`);
  // Whatever is not there is silent.
  else if (!silent.some(({ test }) => hasInput(test)))
    findings.push(`${alert}: The test in which it stays silent has no series that it reads`);
  return findings;
}

function inputFindings(
  { name, input_series: series, alert_rule_test: expected }: RuleTest,
  alerts: readonly Alert[],
  read: (query: string) => { readonly findings: readonly string[] },
): string[] {
  const known = new Set(alerts.map(({ alert }) => alert));
  return [
    ...series.flatMap((one) => read(one.series).findings),
    ...expected
      .filter(({ alertname }) => !known.has(alertname))
      .map(({ alertname }) => `There is no alert ${alertname}`),
  ].map((finding) => `Test "${name}": ${finding}`);
}

function nameOf(series: string): string {
  return series.split('{')[0]!.trim();
}

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}
