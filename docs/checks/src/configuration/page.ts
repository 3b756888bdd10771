import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { format, resolveConfig } from 'prettier';
import { environment } from './environment.js';
import { readSettings } from './service-settings.js';
import { pageOf, settingsOf } from './table.js';

export const configurationPath = 'docs/reference/configuration.md';
const file = join(root, configurationPath);

/** docs/reference/configuration.md as the code says it. */
export async function configurationPage(): Promise<string> {
  const all = await readSettings();
  const services = all.map(({ service }) => service);
  const options = await resolveConfig(file);
  return format(pageOf(settingsOf(all), services, environment), { ...options, filepath: file });
}

/** Writes the page, or only looks; whether it was otherwise before. */
export async function writeConfigurationPage({ check = false } = {}): Promise<boolean> {
  const page = await configurationPage();
  if (existsSync(file) && readFileSync(file, 'utf8') === page) return false;
  if (!check) writeFileSync(file, page);
  return true;
}
