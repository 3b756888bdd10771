import { participants } from '@mesh/contracts/participants';
import { groupIdOf } from '@mesh/messaging/kafka';
import { findManifest, titleOf, type Manifest } from '../manifest.js';
import type { Rule } from './rule.js';

interface Trigger {
  readonly type: string;
  readonly metadata: { readonly topic?: string; readonly consumerGroup?: string };
}

/** Lag is measured of the groups that a service really reads as, of each of them, and of no other. */
export const lagTriggers: Rule = ({ manifests }) =>
  scalersOf(manifests)
    .filter(({ kind }) => kind === 'ScaledObject')
    .flatMap((scaler) => {
      const service = participants.find((one) => one.service === targetOf(scaler));
      const wanted = (service?.groups ?? [])
        .filter(({ stream, shared }) => stream.kind === 'log' && shared === 'one')
        .map(({ name, stream }) => inWords(groupIdOf(name, stream.name), stream.name));
      const found = ((scaler.spec?.['triggers'] ?? []) as Trigger[])
        .filter(({ type }) => type === 'kafka')
        .map(({ metadata }) => inWords(metadata.consumerGroup, metadata.topic));
      return [
        ...found
          .filter((one) => !wanted.includes(one))
          .map((one) => `${titleOf(scaler)}: ${targetOf(scaler)} does not read as ${one}`),
        ...wanted
          .filter((one) => found.length > 0 && !found.includes(one))
          .map((one) => `${titleOf(scaler)}: no trigger is of ${one}`),
      ];
    });

/** How many pods there are has one master: each `kubectl apply` would undo what the scaler did. */
export const replicas: Rule = ({ manifests }) =>
  scalersOf(manifests).flatMap((scaler) => {
    const target = targetOf(scaler);
    const deployment = findManifest(manifests, 'Deployment', target);
    if (deployment?.spec?.['replicas'] === undefined) return [];
    return [
      `${titleOf(deployment)}: has replicas, and ${titleOf(scaler)} says how many; take it out of the overlay's`,
    ];
  });

function scalersOf(manifests: readonly Manifest[]): Manifest[] {
  return manifests.filter(({ kind }) => /^(HorizontalPodAutoscaler|ScaledObject)$/.test(kind));
}

function targetOf({ spec }: Manifest): string {
  return (spec?.['scaleTargetRef'] as { readonly name?: string } | undefined)?.name ?? '';
}

function inWords(group = 'no group', topic = 'no topic'): string {
  return `${group} on ${topic}`;
}
