import type { Service } from './service.js';

/**
 * What is wrong with services as they stand to each other, by service.
 * @param unread names of those that are there, of which nothing is known
 */
export function relationFaults(
  services: readonly Service[],
  unread: readonly string[],
): readonly string[] {
  return [
    ...services.flatMap((service) =>
      [...ownFaults(service), ...callFaults(service, services, unread)].map(
        (fault) => `apps/${service.name}/service.json: ${fault}`,
      ),
    ),
    ...(unread.length === 0 ? edgeFaults(services) : []),
  ];
}

function ownFaults({ edge, http, development, places }: Service): readonly string[] {
  const texts = [...Object.values(development), ...places.map(({ at }) => at)];
  const unknown = texts.flatMap((text) => text.match(/\{\w*\}/g) ?? []);
  return [
    ...(edge && !http ? ['the edge needs "http": true'] : []),
    ...unknown
      .filter((one) => one !== '{folder}')
      .map((one) => `${one} stands for nothing; {folder} is the folder of the mesh`),
  ];
}

function callFaults(
  { name, calls }: Service,
  services: readonly Service[],
  unread: readonly string[],
): readonly string[] {
  const names = [...services.map((service) => service.name), ...unread].sort();
  return calls.flatMap((called) => {
    if (called === name) return ['calls: it calls itself'];
    if (!names.includes(called))
      return [`calls: there is no service "${called}"; there are ${names.join(', ')}`];
    const there = services.find((service) => service.name === called);
    return there?.grpc === false ? [`calls: ${called} serves no gRPC`] : [];
  });
}

function edgeFaults(services: readonly Service[]): readonly string[] {
  const edges = services.filter(({ edge }) => edge).map(({ name }) => name);
  if (edges.length === 1) return [];
  const found = edges.length === 0 ? 'none is' : `${edges.join(' and ')} are`;
  return [`apps/*/service.json: one service is the edge ("edge": true); ${found}`];
}
