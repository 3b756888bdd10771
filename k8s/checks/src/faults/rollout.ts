import { selects, titleOf, type Labels, type Manifest } from '../manifest.js';
import { variablesOf } from './environments.js';
import { servicePods, type Judged, type Rule } from './rule.js';

interface DeploymentSpec {
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxUnavailable?: number | string };
  };
}

/** What was rehearsed: in production at least two pods of a service, apart, and none goes before the next is ready. */
export const rollout: Rule = (judged) =>
  servicePods(judged)
    .filter(({ manifest }) => manifest.kind === 'Deployment')
    .flatMap((own) => {
      const { manifest, pod, labels } = own;
      const { strategy } = manifest.spec as DeploymentSpec;
      const rolling = (strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
      const replicas = replicasOf(manifest, judged);
      const inProduction = variablesOf(judged, own)['NODE_ENV'] === 'production';
      const apart = ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].filter(
        (key) =>
          !pod.topologySpreadConstraints?.some(
            ({ topologyKey, labelSelector }) =>
              topologyKey === key && selects(labelSelector?.matchLabels, labels),
          ),
      );
      return [
        ...(inProduction && replicas < 2
          ? [`has ${replicas} replicas; expected 2 in production`]
          : []),
        ...(rolling && strategy?.rollingUpdate?.maxUnavailable === 0
          ? []
          : ['expected strategy RollingUpdate with maxUnavailable 0']),
        ...apart.map((key) => `its pods are not spread by ${key} (topologySpreadConstraints)`),
      ].map((fault) => `${titleOf(manifest)}: ${fault}`);
    });

/** As many as there are at least; an autoscaler's word counts. */
export function replicasOf({ metadata, spec }: Manifest, { manifests }: Judged): number {
  const scalers = manifests
    .map((one) => (one.spec ?? {}) as Readonly<Record<string, unknown>>)
    .filter(({ scaleTargetRef }) => (scaleTargetRef as Named | undefined)?.name === metadata.name)
    .map((scaler) => scaler['minReplicas'] ?? scaler['minReplicaCount']);
  return Number(scalers[0] ?? spec?.['replicas'] ?? 1);
}

interface Named {
  readonly name: string;
}

/** A budget lets at least one of the pods go. */
export const budgets: Rule = (judged) =>
  judged.manifests
    .filter(({ kind }) => kind === 'PodDisruptionBudget')
    .filter(({ spec }) => {
      const { minAvailable, maxUnavailable, selector } = spec as {
        readonly minAvailable?: number | string;
        readonly maxUnavailable?: number | string;
        readonly selector?: { readonly matchLabels?: Labels };
      };
      if (maxUnavailable === 0 || maxUnavailable === '0%' || minAvailable === '100%') return true;
      const kept = judged.workloads.filter(
        ({ manifest, labels }) => manifest.kind !== 'Job' && selects(selector?.matchLabels, labels),
      );
      return kept.some(({ manifest }) => Number(minAvailable) >= replicasOf(manifest, judged));
    })
    .map((budget) => `${titleOf(budget)}: lets no pod go: a node can not be drained`);

/** A migration runs once, and again only when it failed. */
export const jobs: Rule = (judged) =>
  servicePods(judged)
    .filter(({ manifest }) => manifest.kind === 'Job')
    .flatMap(({ manifest, pod }) => {
      const { parallelism = 1, completions = 1 } = manifest.spec ?? {};
      return [
        ...(/^(OnFailure|Never)$/.test(pod.restartPolicy ?? '')
          ? []
          : [`expected restartPolicy OnFailure or Never; received ${pod.restartPolicy}`]),
        ...(parallelism === 1 && completions === 1
          ? []
          : [`expected parallelism 1; received ${String(parallelism)} of ${String(completions)}`]),
      ].map((fault) => `${titleOf(manifest)}: ${fault}`);
    });
