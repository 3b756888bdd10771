import { configurationPath, writeConfigurationPage } from './configuration/page.js';

// npm run generate:docs: writes what pages tell of code. With --check it lists what is stale, and ends with 1 then.
const check = process.argv.includes('--check');
if (await writeConfigurationPage({ check })) {
  console.log(configurationPath);
  if (check) process.exitCode = 1;
}
