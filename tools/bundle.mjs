// How a service is bundled into dist/apps/NAME (workspace code in, node_modules external), the page built, and a
// tool bundled into dist/tools.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fingerprint, isCurrent, stampFile } from './fingerprint.mjs';
import { root } from './root.mjs';

/** What every bundle of the workspace has in common. */
export const common = {
  cwd: root,
  platform: 'node',
  tsconfig: join(root, 'tsconfig.base.json'),
  external: (id) =>
    !id.startsWith('@oxc-project/runtime') && !id.startsWith('@mesh/') && !/^[./\0]/.test(id),
};

/**
 * What a service would otherwise load as hundreds of small files: inside the bundle it halves the CPU
 * of a start and takes 15 MB off a service. reflect-metadata has to stay outside, Nest's decorators
 * look for the one copy.
 */
const inlined = /^(@nestjs|iterare|kysely|rxjs|uid|zod)(\/|$)/;

/** Optional parts of a framework that this workspace does not install. */
const isAbsent = (id) =>
  !isBuiltin(id) && !existsSync(join(root, 'node_modules', packageOf(id), 'package.json'));

/**
 * How node runs a service. A small young generation costs those behind the edge no CPU that could be measured and
 * takes 20 MB off each; under requests and sockets it is most of what the gateway does. Source maps would cost 15 MB,
 * and the bundle reads like its sources.
 */
export const nodeOptionsOf = (name) => [`--max-semi-space-size=${name === 'gateway' ? 16 : 4}`];

/** Where the built service or page is. */
export const outputOf = (name) => join(root, 'dist', 'apps', name);

/**
 * rolldown's options for one service.
 * @returns {import('rolldown').InputOptions & { output: import('rolldown').OutputOptions & { dir: string } }}
 */
export function serviceOptions(name) {
  return {
    ...common,
    external: (id) => common.external(id) && (!inlined.test(id) || isAbsent(id)),
    input: { main: join(root, 'apps', name, 'src/main.ts') },
    output: {
      dir: outputOf(name),
      format: 'esm',
      sourcemap: true,
      cleanDir: true,
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    },
  };
}

/** Builds a service with rolldown, the page with Vite. @throws what the bundler reports */
export async function build(name) {
  const print = fingerprint(root, name);
  if (isPage(name)) await buildPage(name);
  else await buildService(name);
  writeFileSync(stampFile(root, name), print);
}

export const isPage = (name) => existsSync(join(root, 'apps', name, 'index.html'));

/** The pages of this workspace. */
export const pageNames = () => readdirSync(join(root, 'apps')).filter(isPage);

/** Vite's options for the page. */
export function pageOptions(name) {
  return {
    root: join(root, 'apps', name),
    logLevel: 'warn',
    build: { outDir: outputOf(name), emptyOutDir: true },
  };
}

async function buildPage(name) {
  const vite = await import('vite');
  await vite.build(pageOptions(name));
}

async function buildService(name) {
  const { rolldown } = await import('rolldown');
  const { output: where, ...options } = serviceOptions(name);
  const bundle = await rolldown(options);
  const { output } = await bundle.write(where);
  await bundle.close();
  const chunks = output.filter((part) => part.type === 'chunk');
  writeFileSync(
    join(where.dir, 'package.json'),
    `${JSON.stringify(manifest(name, chunks), null, 2)}\n`,
  );
}

/** Bundles one TypeScript entry of the tools with the workspace code it uses. @returns the file to import */
export async function bundleEntry(file) {
  const { rolldown } = await import('rolldown');
  const build = await rolldown({ ...common, input: file });
  const { output } = await build.generate({
    format: 'esm',
    sourcemap: 'inline',
    codeSplitting: false,
  });
  await build.close();
  const name = relative(root, file).replaceAll(/[\\/]/g, '-').replace(/\.ts$/, '.js');
  const target = join(root, 'dist', 'tools', name);
  mkdirSync(dirname(target), { recursive: true });
  // Several may run the same entry at once: each reads a whole file, its own or an equal one.
  const aside = join(dirname(target), `.${process.pid}-${basename(target)}`);
  writeFileSync(aside, output[0].code);
  renameSync(aside, target);
  return target;
}

/** package.json of the deployable: the packages that the bundle imports, at the versions of the lock. */
function manifest(name, chunks) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const own = JSON.parse(readFileSync(join(root, 'apps', name, 'package.json'), 'utf8'));
  const files = new Set(chunks.map((chunk) => chunk.fileName));
  const imported = chunks
    .flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports])
    .filter((id) => !isBuiltin(id) && !files.has(id) && !isAbsent(id))
    .map(packageOf);
  const dependencies = {};
  // runtimeDependencies: what a framework loads by name, which no import shows.
  for (const id of [...new Set([...imported, ...(own.runtimeDependencies ?? [])])].sort()) {
    const entry = lock.packages[`node_modules/${id}`];
    if (!entry) throw new Error(`${name} imports ${id}, which package-lock.json does not have`);
    dependencies[id] = entry.version;
  }
  return {
    name: own.name,
    version: own.version,
    private: true,
    type: 'module',
    main: 'main.js',
    engines: { node: '>=24' },
    scripts: { start: `node ${nodeOptionsOf(name).join(' ')} main.js` },
    dependencies,
    bundled: bundledPackages(chunks, lock),
  };
}

/** What is inside the bundle: paths of the lock and versions. */
function bundledPackages(chunks, lock) {
  const paths = chunks
    .flatMap((chunk) => chunk.moduleIds)
    .flatMap((id) => /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(id) ?? [])
    .filter((path) => path in lock.packages);
  return Object.fromEntries(
    [...new Set(paths)].sort().map((path) => [path, lock.packages[path].version]),
  );
}

function packageOf(id) {
  return id
    .split('/')
    .slice(0, id.startsWith('@') ? 2 : 1)
    .join('/');
}
