import { environment } from './environment.js';
import { readSettings } from './service-settings.js';
import { pageOf, settingsOf } from './table.js';

/** docs/reference/configuration.md as the code says it, before prettier. */
export async function configurationPage(): Promise<string> {
  const all = await readSettings();
  const services = all.map(({ service }) => service);
  return pageOf(settingsOf(all), services, environment);
}
