import { titleOf } from '../manifest.js';
import type { Rule } from './rule.js';

/** Every container asks for amounts that Kubernetes understands, and for no more than its limit. */
export const resources: Rule = ({ workloads }) =>
  workloads.flatMap(({ manifest, pod }) =>
    [...(pod.initContainers ?? []), ...pod.containers].flatMap((container) => {
      const { requests = {}, limits = {} } = container.resources ?? {};
      const amounts = [...Object.entries(requests), ...Object.entries(limits)];
      const wrong = amounts.filter(([, amount]) => Number.isNaN(numberOf(amount)));
      const over = Object.entries(limits).filter(
        ([what, limit]) => numberOf(requests[what] ?? '0') > numberOf(limit),
      );
      const title = `${titleOf(manifest)}: container ${container.name}`;
      return [
        ...wrong.map(([what, amount]) => `${title}: "${amount}" is no amount of ${what}`),
        ...over.map(
          ([what, limit]) =>
            `${title}: asks for ${requests[what]} of ${what}, and may have ${limit}`,
        ),
      ];
    }),
  );

const powers: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function numberOf(quantity: string | number): number {
  const [, number, unit = ''] =
    /^(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)([a-zA-Z]{0,2})$/.exec(String(quantity)) ?? [];
  return Number(number) * (powers[unit] ?? NaN);
}
