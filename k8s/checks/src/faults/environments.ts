import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '@mesh/service-kit';
import { environmentOf, type Environment } from '../environment.js';
import type { Manifest } from '../manifest.js';
import type { ServiceCode } from '../service-code.js';
import type { Judged, ServicePod } from './rule.js';

interface Known {
  readonly sources: readonly Manifest[];
  readonly environment: Environment;
}

const known = new WeakMap<Manifest, Known>();

/**
 * What the service in the pod finds, and what it would say of that at its start. Put together once for all rules, and
 * again only when the pod or what it is fed from is another object: it takes most of the time.
 */
export function environmentIn(judged: Judged, pod: ServicePod): Environment {
  const sources = judged.manifests.filter(feeds);
  const before = known.get(pod.manifest);
  if (
    before?.sources.length === sources.length &&
    sources.every((one, at) => one === before.sources[at])
  )
    return before.environment;
  const { variables, faults } = environmentOf({
    ...{ manifests: judged.manifests, pod: pod.pod, container: pod.container, stand: judged.stand },
    folder: mkdtempSync(join(judged.folder, 'files-')),
  });
  const environment = { variables, faults: [...faults, ...refused(pod.service, variables)] };
  known.set(pod.manifest, { sources, environment });
  return environment;
}

export function variablesOf(judged: Judged, pod: ServicePod): Environment['variables'] {
  return environmentIn(judged, pod).variables;
}

/** ConfigMaps, Secrets, and the resources of operators that make secrets. */
function feeds({ apiVersion, kind }: Manifest): boolean {
  const [group = ''] = apiVersion.split('/');
  const ofOperator = group.includes('.') && !group.endsWith('.k8s.io');
  return kind === 'ConfigMap' || kind === 'Secret' || ofOperator;
}

/** What the service itself would say at its start. */
function refused(
  { schema, name }: ServiceCode,
  variables: Readonly<Record<string, string>>,
): string[] {
  try {
    loadConfig(schema, variables, name);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map(
      ({ variable, expected, received }) =>
        `${variable}: expected ${expected}; received ${received}`,
    );
  }
}
