import { findManifest, selects, titleOf, type Container, type Labels } from '../manifest.js';
import { variablesOf } from './environments.js';
import { servicePods, type Rule } from './rule.js';

interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly targetPort?: number | string;
}

/** Containers name the ports that their services listen on, and no others. */
export const containerPorts: Rule = (judged) =>
  servicePods(judged)
    .filter(({ manifest }) => manifest.kind === 'Deployment')
    .flatMap((pod) => {
      const { manifest, service, container } = pod;
      const variables = variablesOf(judged, pod);
      const named = portsOf(container);
      const wrong = Object.entries(service.ports)
        .filter(([name, variable]) => String(named.get(name)) !== variables[variable])
        .map(
          ([name, variable]) =>
            `port ${name} is ${named.get(name) ?? 'not there'}, and ${variable} is ${variables[variable] ?? 'not set'}`,
        );
      const more = [...named.keys()].filter((name) => !(name in service.ports));
      return [...wrong, ...more.map((name) => `port ${name} is none of ${service.name}`)].map(
        (fault) => `${titleOf(manifest)}: ${fault}`,
      );
    });

/** Services lead to ports that are there; a headless one can't change their number. */
export const servicePorts: Rule = ({ manifests, workloads }) =>
  manifests
    .filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1')
    .flatMap((service) => {
      const { selector, clusterIP, ports } = service.spec as {
        readonly selector?: Labels;
        readonly clusterIP?: string;
        readonly ports: readonly ServicePort[];
      };
      const targets = workloads.filter(({ labels }) => selects(selector, labels));
      if (targets.length === 0) return [`${titleOf(service)}: selects no pods`];
      const balanced = clusterIP !== 'None' && ports.some(({ name }) => name === 'grpc');
      return [
        // Calls over one connection all end at one pod.
        ...(balanced ? ['expected clusterIP None: callers of gRPC choose among the pods'] : []),
        ...targets.flatMap(({ pod }) =>
          ports.map((port) => wrongTarget(port, pod.containers, clusterIP)),
        ),
      ].flatMap((fault) => (fault === undefined ? [] : [`${titleOf(service)}: ${fault}`]));
    });

function wrongTarget(
  { name, port, targetPort = port }: ServicePort,
  containers: readonly Container[],
  clusterIP: string | undefined,
): string | undefined {
  const named = new Map(containers.flatMap((one) => [...portsOf(one)]));
  const target = typeof targetPort === 'string' ? named.get(targetPort) : targetPort;
  if (target === undefined || ![...named.values()].includes(target))
    return `port ${name} leads to ${targetPort}, which no container has`;
  if (clusterIP === 'None' && target !== port)
    return `port ${name} is ${port}, but headless, and the container's is ${target}`;
  return undefined;
}

/** Addresses of the mesh's own services in variables are those of services that are rendered. */
export const addresses: Rule = (judged) =>
  servicePods(judged).flatMap((pod) => {
    const variables = variablesOf(judged, pod);
    const grpc = Object.entries(variables).filter(([name]) => name.endsWith('_GRPC_ADDRESS'));
    const asked = [
      ...grpc.map(([name, value]) => ({ name, value, port: 'grpc' })),
      ...(variables['OPERATIONS_URLS'] ?? '')
        .split(',')
        .filter(Boolean)
        .map((value) => ({ name: 'OPERATIONS_URLS', value, port: 'management' })),
    ];
    return asked.flatMap(({ name, value, port }) => {
      const [, host = '', number] = /([\w.-]+):(\d+)$/.exec(value) ?? [];
      const target = findManifest(judged.manifests, 'Service', host.split('.')[0] ?? '');
      const ports = (target?.spec?.['ports'] ?? []) as readonly ServicePort[];
      const right = ports.some((one) => one.name === port && String(one.port) === number);
      return right
        ? []
        : [`${titleOf(pod.manifest)}: ${name}: ${value} is no port ${port} of a Service`];
    });
  });

export function portsOf({ ports = [] }: Container): Map<string, number> {
  return new Map(ports.map(({ name = '', containerPort }) => [name, containerPort]));
}
