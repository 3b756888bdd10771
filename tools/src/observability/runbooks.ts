import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folders, type Alert } from './rule-files.js';

/** What every page tells, in this order. */
const sections = ['What it means', 'How to look', 'What to do', 'How to know it is over'];
const cli = /npm run mesh -- (?:[^\n`]*)/g;
const tablePage = 'README.md';

export interface Runbook {
  /** Without its ending: that of the alert. */
  readonly name: string;
  readonly text: string;
}

/** The pages in `folder` but for the table of them. */
export function readRunbooks(folder: string): readonly Runbook[] {
  const pages = join(folder, folders.runbooks);
  return readdirSync(pages)
    .filter((name) => name.endsWith('.md') && name !== tablePage)
    .sort()
    .map((name) => ({
      name: name.slice(0, -'.md'.length),
      text: readFileSync(join(pages, name), 'utf8'),
    }));
}

export interface CheckedRunbooks {
  readonly alerts: readonly Alert[];
  readonly runbooks: readonly Runbook[];
  /** Commands of `npm run mesh`. */
  readonly commands: readonly string[];
  /** Whether a file is there, by its path in the project. */
  exists(path: string): boolean;
}

/** What is wrong with the pages of alerts, a sentence each. */
export function runbookFindings({ alerts, runbooks, commands, exists }: CheckedRunbooks): string[] {
  const pages = new Map(runbooks.map((runbook) => [runbook.name, runbook.text]));
  const names = new Set(alerts.map(({ alert }) => alert));
  return [
    ...alerts.flatMap(({ alert, annotations }) => {
      const path = `${folders.runbooks}/${alert}.md`;
      const findings = pages.has(alert) ? [] : [`${alert}: There is no ${path}`];
      return annotations.runbook === path
        ? findings
        : [...findings, `${alert}: Its runbook is named ${annotations.runbook}, not ${path}`];
    }),
    ...runbooks.flatMap(({ name, text }) =>
      [
        ...(names.has(name) ? [] : ['There is no such alert']),
        ...formFindings(name, text),
        ...commandFindings(text, commands),
        ...linkFindings(text, exists),
      ].map((finding) => `${folders.runbooks}/${name}.md: ${finding}`),
    ),
  ];
}

function formFindings(name: string, text: string): string[] {
  const [head = '', ...parts] = text.split(/^## /m);
  const filled = parts.filter((part) => part.slice(part.indexOf('\n')).trim() !== '');
  const titles = filled.map((part) => part.slice(0, part.indexOf('\n')));
  const findings =
    titles.join() === sections.join() ? [] : [`Its sections are not ${sections.join(', ')}`];
  if (!head.startsWith(`# ${name}\n`)) findings.push(`Its title is not ${name}`);
  return sentenceOf(head) === '' ? [...findings, 'It does not begin with a sentence'] : findings;
}

function commandFindings(text: string, commands: readonly string[]): string[] {
  return [...text.matchAll(cli)]
    .map(([line]) => line.split(' -- ')[1]!.split(/\s+/)[0]!)
    .filter((name) => !commands.includes(name))
    .map((name) => `npm run mesh has no command ${name}`);
}

function linkFindings(text: string, exists: (path: string) => boolean): string[] {
  return [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
    .map(([, target = '']) => join(folders.runbooks, target))
    .filter((path) => !exists(path))
    .map((path) => `It links to ${path}, which is not there`);
}

/** The first paragraph below the title, on one line. */
function sentenceOf(text: string): string {
  const [, paragraph = ''] = text.split(/\n\n/);
  return paragraph.replaceAll('\n', ' ').trim();
}

/** The page with the table of all alerts, by what they say of themselves. */
export function runbookTable(alerts: readonly Alert[], runbooks: readonly Runbook[]): string {
  const sentences = new Map(runbooks.map(({ name, text }) => [name, sentenceOf(text)]));
  const rows = alerts.map(
    ({ alert, for: held = 'at once', labels }) =>
      `| [${alert}](${alert}.md) | ${labels.severity} | ${held} | ${sentences.get(alert) ?? ''} |`,
  );
  return `# Alerts

Made from the rules in \`${folders.rules}\` by \`npm run generate:observability\`; do not edit. \`page\`: somebody has to
act now; \`ticket\`: within days. See [alerts and dashboards](../how-to/alerts-and-dashboards.md).

| Alert | Severity | After | When |
| ----- | -------- | ----- | ---- |
${rows.join('\n')}
`;
}

/** Names of the commands of `npm run mesh`, from the folders that hold them. */
export function commandsIn(folder: string): readonly string[] {
  const commands = join(folder, 'cli/src');
  return readdirSync(commands, { withFileTypes: true })
    .filter((entry) => existsSync(join(commands, entry.name, 'command.ts')))
    .map(({ name }) => name);
}

/** Where the table is in the project. */
export const tablePath = join(folders.runbooks, tablePage);
