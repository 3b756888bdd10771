// node tools/image/assemble.mjs SERVICE FOLDER: builds a service and puts what its image holds into FOLDER:
//   runtime/       node and its libraries; the same for every service
//   dependencies/  node_modules, of what the bundle imports and nothing else
//   app/           the bundle, the page of the gateway, the health check, sbom.json
// The same sources give the same bytes and times; SOURCE_DATE_EPOCH (seconds) is the time of all files.
import { cpSync, lutimesSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, outputOf } from '../bundle.mjs';
import { root } from '../root.mjs';
import { neededPackages, readLock } from './packages.mjs';
import { assembleRuntime } from './runtime.mjs';
import { sbom } from './sbom.mjs';

const [service, folder] = process.argv.slice(2);
if (!service || !folder) {
  console.error('usage: node tools/image/assemble.mjs SERVICE FOLDER');
  process.exit(2);
}
const epoch = Number(process.env['SOURCE_DATE_EPOCH'] || 0);
const lock = readLock();

// First: the bundler is loaded into this process too, and is no part of the image.
assembleRuntime(join(folder, 'runtime'));
await build(service);
const { name, version, dependencies, bundled } = JSON.parse(
  readFileSync(join(outputOf(service), 'package.json'), 'utf8'),
);
const installed = neededPackages(dependencies, lock);

for (const path of installed) copyPackage(path);
copyApp();
const { page } = JSON.parse(readFileSync(join(root, 'apps', service, 'package.json'), 'utf8'));
if (page) await copyPage(page);
setTimes(folder);

/** Types, maps and texts for people are not loaded. */
function copyPackage(path) {
  cpSync(join(root, path), join(folder, path.replace('node_modules', 'dependencies')), {
    recursive: true,
    // Packages below it that are needed come by themselves.
    filter: (file) => !/\/node_modules$|\.(d\.[cm]?ts|map|md|ts)$/.test(file),
  });
}

function copyApp() {
  const app = join(folder, 'app');
  cpSync(outputOf(service), app, {
    recursive: true,
    filter: (file) => !/\.map$|\.fingerprint$/.test(file),
  });
  for (const file of ['first.mjs', 'health.mjs'])
    cpSync(join(root, 'tools/image', file), join(app, file));
  const packages = [...new Set([...installed, ...Object.keys(bundled)])].sort();
  const timestamp = new Date(epoch * 1000);
  const document = sbom({ name, version, packages, lock, timestamp });
  writeFileSync(join(app, 'sbom.json'), `${JSON.stringify(document, null, 2)}\n`);
}

async function copyPage(page) {
  await build(page);
  const isServed = (file) => !file.endsWith('.fingerprint');
  cpSync(outputOf(page), join(folder, 'app', page), { recursive: true, filter: isServed });
}

function setTimes(path) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) setTimes(join(path, entry.name));
    else lutimesSync(join(path, entry.name), epoch, epoch);
  }
  lutimesSync(path, epoch, epoch);
}
