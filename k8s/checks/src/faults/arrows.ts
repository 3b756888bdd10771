import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@mesh/tools/root';
import { titleOf, type Manifest } from '../manifest.js';
import { serviceNames } from '../service-code.js';
import type { Rule } from './rule.js';

interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Which of its ends are in the namespace, and so have a policy. */
  readonly ends: readonly ('out' | 'in')[];
}

/** Closes everything, or opens what all need. */
const forAll = new Set(['deny-all', 'dns']);

/**
 * Each arrow of the diagram "Who connects to whom" (docs/architecture.md) has a policy at each of its ends, and
 * each policy has its arrow: it is named `<from>.<to>.out` or `.in`, and is for the pods of that end.
 */
export const arrows: Rule = ({ manifests }) => {
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
  if (policies.length === 0) return [];
  const drawn = new Map<string, Arrow>(
    readArrows().flatMap((arrow) =>
      arrow.ends.map((end) => [`${arrow.from}.${arrow.to}.${end}`, arrow] as const),
    ),
  );
  const found = new Set(policies.map(({ metadata }) => metadata.name));
  return [
    ...[...forAll, ...drawn.keys()]
      .filter((name) => !found.has(name))
      .map((name) => `NetworkPolicy ${name}: is nowhere`),
    ...policies
      .filter(({ metadata }) => !forAll.has(metadata.name))
      .flatMap((policy) => {
        const arrow = drawn.get(policy.metadata.name);
        if (arrow === undefined)
          return [`${titleOf(policy)}: no arrow of docs/architecture.md is so`];
        return wrongEnds(policy, arrow).map((fault) => `${titleOf(policy)}: ${fault}`);
      }),
  ];
};

/** Of services, whose pods are known by name: both ends are the arrow's. */
function wrongEnds({ metadata, spec }: Manifest, { from, to }: Arrow): string[] {
  const out = metadata.name.endsWith('.out');
  const rules = spec?.[out ? 'egress' : 'ingress'] as
    readonly Record<string, unknown>[] | undefined;
  const peers = (rules ?? []).map((rule) => rule[out ? 'to' : 'from']);
  const [own, other] = out ? [from, to] : [to, from];
  return [
    ...(isFor(spec?.['podSelector'], own) ? [] : [`is not for the pods of ${own}`]),
    ...(peers.length > 0 && peers.every((peer) => isFor(peer, other))
      ? []
      : [`does not name ${other}`]),
  ];
}

function isFor(selector: unknown, place: string): boolean {
  if (selector === undefined) return false;
  const named = JSON.stringify(selector).match(/"app\.kubernetes\.io\/name":"([^"]+)"/g) ?? [];
  const service = serviceNames.some((name) => name === place);
  return service
    ? named.length === 1 && named[0]!.endsWith(`:"${place}"`)
    : !named.some((one) => serviceNames.some((name) => one.endsWith(`:"${name}"`)));
}

const section = /^## Who connects to whom$.*?```mermaid\n(.*?)```/ms;
const line = /^\s*\w+(\(?\[)([\w-]+)\]\)? -- "[^"]*" --> \w+(\(?\[)([\w-]+)\]\)?$/gm;

/** Round places are outside of the namespace. */
function readArrows(): Arrow[] {
  const [, diagram = ''] =
    section.exec(readFileSync(join(root, 'docs/architecture.md'), 'utf8')) ?? [];
  return [...diagram.matchAll(line)].map(([, fromShape, from = '', toShape, to = '']) => ({
    ...{ from, to },
    ends: [
      ...(fromShape === '[' ? (['out'] as const) : []),
      ...(toShape === '[' ? (['in'] as const) : []),
    ],
  }));
}
