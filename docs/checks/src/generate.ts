import { configurationPath, writeConfigurationPage } from './configuration/page.js';

// npm run generate:docs: writes what pages tell of code.
if (await writeConfigurationPage()) console.log(configurationPath);
