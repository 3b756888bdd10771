import type { Manifest, Workload } from '../manifest.js';
import type { ServiceCode } from '../service-code.js';
import type { Stand } from '../environment.js';

/** What is judged: what was rendered, and what it is held against. */
export interface Judged {
  readonly manifests: readonly Manifest[];
  readonly workloads: readonly Workload[];
  readonly services: readonly ServiceCode[];
  readonly stand: Stand;
  /** Of k8s/components, those that the overlay takes: all of each must be there. */
  readonly components: readonly string[];
  /** For copies of mounted files. */
  readonly folder: string;
}

/** What is wrong, a sentence each that names the object first; none when all is right. */
export type Rule = (judged: Judged) => readonly string[];

/** Pods that run a service of this mesh, with the code of it. */
export function servicePods({ workloads, services }: Judged) {
  return workloads.flatMap((workload) => {
    const service = services.find(({ name }) => workload.labels['app.kubernetes.io/name'] === name);
    const container = workload.pod.containers.find(({ name }) => name === 'app');
    if (service === undefined || container === undefined) return [];
    return [{ ...workload, service, container }];
  });
}

export type ServicePod = ReturnType<typeof servicePods>[number];
