import { isSecret } from '@mesh/service-kit/config-rules';
import type { z } from 'zod';
import { docstringsIn } from './docstrings.js';
import type { Variable } from './environment.js';
import { defaultOf, formOf } from './form.js';
import type { ServiceSettings } from './service-settings.js';

export interface Setting {
  readonly key: string;
  readonly what: string;
  readonly form: string;
  readonly fallback: string;
  readonly services: readonly string[];
}

/** Every key of every service, once; in the order in which schemas name them. */
export function settingsOf(all: readonly ServiceSettings[]): readonly Setting[] {
  const settings = new Map<string, Setting>();
  for (const { service, schema, sources } of all) {
    const docs = new Map(sources.flatMap((source) => [...docstringsIn(source)]));
    for (const [key, one] of Object.entries<z.ZodType>(schema.shape as never)) {
      const known = settings.get(key);
      settings.set(key, {
        key,
        what: known?.what || (docs.get(key) ?? one.description ?? ''),
        form: `${formOf(one)}${isSecret(key) ? ' (secret)' : ''}`,
        fallback: isSecret(key) ? '–' : defaultOf(one),
        services: [...(known?.services ?? []), service],
      });
    }
  }
  return [...settings.values()];
}

/** Keys of which no schema says what they are. */
export const undescribed = (settings: readonly Setting[]) =>
  settings.filter(({ what }) => what === '').map(({ key }) => key);

const cell = (text: string) => text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');

/** The page, before prettier. */
export function pageOf(
  settings: readonly Setting[],
  services: readonly string[],
  environment: readonly Variable[],
): string {
  const rows = settings.map(({ key, what, form, fallback, services: of }) => {
    const whose = of.length === services.length ? 'all' : of.join(', ');
    return `| \`${key}\` | ${cell(what)} | ${cell(form)} | ${cell(fallback)} | ${whose} |`;
  });
  const others = environment.map(
    ({ name, what, readBy }) =>
      `| \`${name}\` | ${cell(what)} | ${readBy.map((path) => `\`${path}\``).join(', ')} |`,
  );
  return `# Configuration

Made from the schemas of the services by \`npm run generate -- docs\`; do not edit.

A service reads its settings from the environment, and only in its \`config.ts\`. It starts with all of them right or not at
all: it names every wrong one, what is expected and what it got, and ends with exit code 78. An empty variable counts
as none. What is in force is logged once at the start, without secrets. Some keys depend on others (the profile, production,
TLS): what is wrong between them is told in the same way.

## Of services

| Key | What it is | Form | Default | Services |
| --- | ---------- | ---- | ------- | -------- |
${rows.join('\n')}

Telemetry goes by the variables of OpenTelemetry: see [telemetry](../how-to/telemetry.md).

## Of launcher, command lines and tests

\`npm start\` gives every other variable on to the services.

| Variable | What it is | Read by |
| -------- | ---------- | ------- |
${others.join('\n')}
`;
}
