import { titleOf, type Container, type PodSpec } from '../manifest.js';
import type { Rule } from './rule.js';

/**
 * No pod, whoever's it is, has a part of its node: no container takes back what its pod promises, and none beside
 * the service's own has more than it.
 */
export const privileges: Rule = ({ workloads }) =>
  workloads.flatMap(({ manifest, pod }) =>
    [
      ...ofNode(pod),
      ...[...(pod.initContainers ?? []), ...pod.containers].flatMap((container) =>
        ofContainer(container).map((what) => `container ${container.name} has ${what}`),
      ),
    ].map((fault) => `${titleOf(manifest)}: ${fault}`),
  );

function ofNode({ hostNetwork, hostPID, hostIPC, volumes = [] }: PodSpec): string[] {
  return [
    ...Object.entries({ hostNetwork, hostPID, hostIPC }).flatMap(([name, on]) =>
      on ? [`has ${name}`] : [],
    ),
    ...volumes.flatMap(({ name, hostPath }) => (hostPath ? [`volume ${name} is a hostPath`] : [])),
  ];
}

function ofContainer({ securityContext: own = {}, ports = [] }: Container): string[] {
  const { add = [] } = (own['capabilities'] ?? {}) as { readonly add?: readonly string[] };
  const { type: seccomp } = (own['seccompProfile'] ?? {}) as { readonly type?: string };
  const found: Readonly<Record<string, boolean>> = {
    'privileged true': own['privileged'] === true,
    'allowPrivilegeEscalation not false': own['allowPrivilegeEscalation'] !== false,
    'runAsNonRoot false': own['runAsNonRoot'] === false,
    'runAsUser 0': own['runAsUser'] === 0,
    'seccompProfile Unconfined': seccomp === 'Unconfined',
    [`capabilities added: ${add.join(', ')}`]: add.length > 0,
    'a hostPort': ports.some(({ hostPort }) => hostPort !== undefined),
  };
  return Object.keys(found).filter((what) => found[what]);
}
