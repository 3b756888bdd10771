import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { parse } from 'yaml';
import { titleOf, workloadsOf, type Container } from '../manifest.js';
import { serviceNames } from '../service-code.js';
import { servicePods, type Rule } from './rule.js';

/** Every image of ours is one that is built here, all with one tag; servers are those of compose.yaml. */
export const images: Rule = ({ manifests }) => {
  const known = imagesOfCompose();
  const found = workloadsOf(manifests).flatMap(({ manifest, labels, pod }) =>
    [...(pod.initContainers ?? []), ...pod.containers].map((container) => ({
      ...{ title: titleOf(manifest), container, labels },
      isMigration: labels['app.kubernetes.io/component'] === 'migration',
    })),
  );
  const ours = found.filter(({ container }) => container.name === 'app');
  const tags = new Set(ours.map(({ container }) => tagOf(container)));
  return [
    ...(tags.size > 1 ? [`Images have several tags: ${[...tags].join(', ')} (k8s/release)`] : []),
    ...ours.flatMap(({ title, container, labels }) => {
      const service = labels['app.kubernetes.io/name'] ?? '';
      return ownFaults(container, service).map((fault) => `${title}: ${fault}`);
    }),
    ...ours
      .filter(
        ({ isMigration, title, container }) => isMigration && !title.endsWith(tagOf(container)),
      )
      .map(({ title, container }) => `${title}: is not named after its tag ${tagOf(container)}`),
    ...found
      .filter(
        ({ container: { name, image } }) => (known.get(name) ?? short(image)) !== short(image),
      )
      .map(
        ({ title, container: { name, image } }) =>
          `${title}: ${image} is not the ${known.get(name)} of compose.yaml`,
      ),
  ];
};

function ownFaults({ image }: Container, service: string): string[] {
  const name = image.replace(/[:@][^/]*$/, '');
  if (!serviceNames.some((one) => one === service) || !`/${name}`.endsWith(`/mesh/${service}`))
    return [`${image} is not the image of ${service}, mesh/${service}`];
  const tag = tagOf({ image });
  // Also a part of the name of a job.
  if (tag === 'latest' || !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(tag))
    return [`${image} has the tag "${tag}"; expected a version in lower case`];
  return [];
}

/** Without the registry that is meant where none is said. */
function short(image: string): string {
  return image.replace(/^docker\.io\/(library\/)?/, '');
}

function tagOf({ image }: Pick<Container, 'image'>): string {
  return /:([^/:]+)$/.exec(image)?.[1] ?? '';
}

/** By the name of the service, which is that of the container too. */
function imagesOfCompose(): ReadonlyMap<string, string> {
  const { services } = parse(read('compose.yaml')) as {
    readonly services: Readonly<Record<string, { readonly image?: string }>>;
  };
  return new Map(
    Object.entries(services).flatMap(([name, { image }]) => (image ? [[name, short(image)]] : [])),
  );
}

/** Pods run as the user that the Dockerfile names, and jobs have the argument that migrates. */
export const build: Rule = (judged) => {
  const [, user] = /^USER (\d+):/m.exec(read('Dockerfile')) ?? [];
  return servicePods(judged).flatMap(({ manifest, pod, container }) => [
    ...(String(pod.securityContext?.['runAsUser']) === user
      ? []
      : [
          `${titleOf(manifest)}: runs as ${pod.securityContext?.['runAsUser']}; the Dockerfile's user is ${user}`,
        ]),
    ...(manifest.kind !== 'Job' || container.args?.join(' ') === migrate
      ? []
      : [`${titleOf(manifest)}: expected the argument ${migrate}`]),
  ]);
};

/** See libs/service-kit/src/bootstrap.ts. */
const migrate = '--migrate';

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
