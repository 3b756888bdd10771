import { titleOf } from '../manifest.js';
import type { Rule } from './rule.js';

const partOf = 'app.kubernetes.io/part-of';

/** All is once, in the one namespace, and labelled as a part of the mesh. */
export const whole: Rule = ({ manifests }) => {
  const namespace = manifests.find(({ kind }) => kind === 'Namespace')?.metadata.name;
  const groups = Map.groupBy(
    manifests,
    (one) => `${one.apiVersion.replace(/\/?v\w+$/, '')} ${titleOf(one)}`,
  );
  return [
    ...(namespace === undefined ? ['Namespace: is nowhere'] : []),
    ...[...groups.values()].flatMap(([first, ...others]) =>
      others.length > 0 ? [`${titleOf(first!)}: is there ${others.length + 1} times`] : [],
    ),
    ...manifests.flatMap((manifest) => {
      const { metadata, kind } = manifest;
      return [
        ...(kind === 'Namespace' || metadata.namespace === namespace
          ? []
          : [`is in the namespace ${metadata.namespace}; expected ${namespace}`]),
        ...(metadata.labels?.[partOf] === 'mesh' ? [] : [`expected the label ${partOf}: mesh`]),
      ].map((fault) => `${titleOf(manifest)}: ${fault}`);
    }),
  ];
};
