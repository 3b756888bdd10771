import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const texts = z.record(z.string(), z.string());
const duration = z.string().regex(/^(\d+(ms|s|m|h|d|w|y))+$/);

const recording = z.strictObject({
  record: z.string(),
  expr: z.string(),
  labels: texts.optional(),
});
const alert = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: duration.optional(),
  keep_firing_for: duration.optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
});
const ruleFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      interval: duration.optional(),
      rules: z.array(z.union([recording, alert])),
    }),
  ),
});

const series = z.strictObject({ series: z.string(), values: z.string() });
const expectation = z.strictObject({
  eval_time: duration,
  alertname: z.string(),
  exp_alerts: z
    .array(z.strictObject({ exp_labels: texts.optional(), exp_annotations: texts.optional() }))
    .optional(),
});
const testFile = z.strictObject({
  rule_files: z.array(z.string()),
  evaluation_interval: duration.optional(),
  tests: z.array(
    z.strictObject({
      name: z.string(),
      interval: duration,
      input_series: z.array(series),
      alert_rule_test: z.array(expectation).default([]),
      promql_expr_test: z.array(z.unknown()).optional(),
    }),
  ),
});

export type Recording = z.infer<typeof recording>;
export type Alert = z.infer<typeof alert>;
/** A test of promtool: series that are fed in, and which alerts fire then. */
export type RuleTest = z.infer<typeof testFile>['tests'][number];

export interface Rules {
  readonly recordings: readonly Recording[];
  readonly alerts: readonly Alert[];
}

/** Folders of the project that hold what Prometheus and Grafana are given. */
export const folders = {
  rules: 'observability/rules',
  tests: 'observability/tests',
  dashboards: 'observability/dashboards',
  runbooks: 'docs/runbooks',
} as const;

/** The rules in `folder`, in the order of files. @throws Error that names the file and what of it is not of its form */
export function readRules(folder: string): Rules {
  const rules = yamlFiles(join(folder, folders.rules), ruleFile).flatMap(({ groups }) =>
    groups.flatMap((group) => group.rules),
  );
  return {
    recordings: rules.filter((rule) => 'record' in rule),
    alerts: rules.filter((rule) => 'alert' in rule),
  };
}

/** The tests of rules in `folder`. @throws Error as readRules does */
export function readRuleTests(folder: string): readonly RuleTest[] {
  return yamlFiles(join(folder, folders.tests), testFile).flatMap(({ tests }) => tests);
}

/** Paths of the YAML files of a folder, by name. */
export function yamlPaths(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name));
}

function yamlFiles<Schema extends z.ZodType>(folder: string, schema: Schema): z.infer<Schema>[] {
  return yamlPaths(folder).map((path) => {
    // All scalars are text, as Prometheus takes them: 0x45 is no number.
    const { data, error } = schema.safeParse(
      parse(readFileSync(path, 'utf8'), { schema: 'failsafe' }),
    );
    if (error) throw new Error(`${path} is not of its form:\n${z.prettifyError(error)}`);
    return data;
  });
}
