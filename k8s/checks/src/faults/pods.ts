import { findManifest, selects, titleOf, type Labels } from '../manifest.js';
import { servicePods, type Rule } from './rule.js';

/** Pods meet the profile `restricted`, with a file system that can't be written and no token. */
export const security: Rule = (judged) =>
  servicePods(judged).flatMap(({ manifest, pod, container }) => {
    const { securityContext: own = {} } = container;
    const { securityContext: whole = {} } = pod;
    const expected: readonly (readonly [string, boolean])[] = [
      ['runAsNonRoot', whole['runAsNonRoot'] === true && whole['runAsUser'] !== 0],
      ['seccompProfile RuntimeDefault', has(whole['seccompProfile'], 'RuntimeDefault')],
      ['allowPrivilegeEscalation false', own['allowPrivilegeEscalation'] === false],
      ['readOnlyRootFilesystem', own['readOnlyRootFilesystem'] === true],
      ['capabilities drop ALL', has(own['capabilities'], 'ALL')],
      ['automountServiceAccountToken false', pod.automountServiceAccountToken === false],
      ['requests of cpu', container.resources?.requests?.['cpu'] !== undefined],
      ['a limit of memory', container.resources?.limits?.['memory'] !== undefined],
    ];
    return expected
      .filter(([, met]) => !met)
      .map(([what]) => `${titleOf(manifest)}: expected ${what}`);
  });

function has(value: unknown, word: string): boolean {
  return JSON.stringify(value ?? null).includes(`"${word}"`);
}

/** What pods are named after is there, and what selects pods finds some. */
export const references: Rule = ({ manifests, workloads }) => [
  ...workloads.flatMap(({ manifest, pod }) =>
    pod.serviceAccountName && !findManifest(manifests, 'ServiceAccount', pod.serviceAccountName)
      ? [`${titleOf(manifest)}: ServiceAccount ${pod.serviceAccountName} is nowhere`]
      : [],
  ),
  ...manifests
    .filter(({ kind }) => kind === 'PodDisruptionBudget')
    .filter(({ spec }) => {
      const { matchLabels } = (spec?.['selector'] ?? {}) as { readonly matchLabels?: Labels };
      return !workloads.some(({ labels }) => selects(matchLabels, labels));
    })
    .map((budget) => `${titleOf(budget)}: selects no pods`),
];

/** Each service is there, with what belongs to it. */
export const completeness: Rule = ({ manifests, services, workloads }) =>
  services.flatMap(({ name, migrates }) => {
    const kinds = ['Deployment', 'Service', 'ServiceAccount', 'PodDisruptionBudget'];
    const missing = kinds.filter((kind) => !findManifest(manifests, kind, name));
    const jobs = workloads.filter(
      ({ manifest, labels }) =>
        manifest.kind === 'Job' && labels['app.kubernetes.io/name'] === name,
    );
    return [
      ...missing.map((kind) => `${kind} ${name}: is nowhere`),
      ...(jobs.length === Number(migrates)
        ? []
        : [`Job ${name}-migrate: expected ${Number(migrates)}, found ${jobs.length}`]),
    ];
  });
