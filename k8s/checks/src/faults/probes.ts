import { titleOf, type Container, type Probe } from '../manifest.js';
import { managementPaths, shutdownLimitSeconds } from '../service-code.js';
import { portsOf } from './ports.js';
import { servicePods, type Rule } from './rule.js';

/** Probes ask what the code answers. */
export const probes: Rule = (judged) => {
  const paths = managementPaths();
  return servicePods(judged)
    .filter(({ manifest }) => manifest.kind === 'Deployment')
    .flatMap(({ manifest, container }) =>
      (['startupProbe', 'readinessProbe', 'livenessProbe'] as const).flatMap((name) => {
        const fault = probeFault(container, container[name], name, paths);
        return fault === undefined ? [] : [`${titleOf(manifest)}: ${name} ${fault}`];
      }),
    );
};

function probeFault(
  container: Container,
  probe: Probe | undefined,
  name: string,
  paths: ReadonlySet<string>,
): string | undefined {
  const ports = portsOf(container);
  if (probe?.grpc !== undefined) {
    const { port } = probe.grpc;
    return port === ports.get('grpc') ? undefined : `asks port ${port}, which serves no gRPC`;
  }
  const { path = '/', port } = probe?.httpGet ?? {};
  if (port === undefined) return 'is not there';
  if (port !== 'management' && port !== ports.get('management'))
    return `asks port ${port}; health is on management`;
  if (!paths.has(path)) return `asks ${path}, which the management port does not serve`;
  const wanted = name === 'readinessProbe' ? '/health/ready' : '/health/live';
  return path === wanted ? undefined : `asks ${path} instead of ${wanted}`;
}

/** A pod has time to be forgotten by others, and then to stop as it does by itself. */
export const shutdown: Rule = (judged) =>
  servicePods(judged)
    .filter(({ manifest }) => manifest.kind === 'Deployment')
    .flatMap(({ manifest, pod, container }) => {
      const pause = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
      const grace = pod.terminationGracePeriodSeconds ?? 30;
      const needed = pause + shutdownLimitSeconds();
      return [
        ...(pause > 0 ? [] : ['has no preStop pause: it refuses calls that are still sent to it']),
        ...(grace > needed
          ? []
          : [
              `is killed after ${grace} s, and may need ${needed} s to stop (terminationGracePeriodSeconds)`,
            ]),
      ].map((fault) => `${titleOf(manifest)}: ${fault}`);
    });
