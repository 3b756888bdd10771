import { findManifest, selects, titleOf, type Labels, type Manifest } from '../manifest.js';
import type { Judged, Rule } from './rule.js';

/** What scales, routes to, keeps or adopts something finds it. */
export const targets: Rule = (judged) =>
  judged.manifests.flatMap((manifest) =>
    (rules[manifest.kind] ?? (() => []))(manifest, judged).map(
      (fault) => `${titleOf(manifest)}: ${fault}`,
    ),
  );

const rules: Readonly<Record<string, (manifest: Manifest, judged: Judged) => readonly string[]>> = {
  HorizontalPodAutoscaler: scaled,
  ScaledObject: scaled,
  HTTPRoute: routed,
  Deployment: adopted,
  StatefulSet: adopted,
};

function scaled({ spec }: Manifest, { manifests }: Judged): string[] {
  const { kind = 'Deployment', name } = spec?.['scaleTargetRef'] as {
    readonly kind?: string;
    readonly name: string;
  };
  return findManifest(manifests, kind, name) ? [] : [`${kind} ${name} is nowhere`];
}

interface Backend {
  readonly name: string;
  readonly port?: number;
}

interface Parent {
  readonly name: string;
  readonly namespace?: string;
  readonly sectionName?: string;
  readonly port?: number;
}

function routed({ spec }: Manifest, { manifests }: Judged): string[] {
  const { parentRefs = [] } = spec ?? {};
  const withoutParent = ({ name, namespace, sectionName, port }: Parent): string[] => {
    // That of another namespace is not the mesh's.
    if (namespace !== undefined) return [];
    const { listeners = [] } = (findManifest(manifests, 'Gateway', name)?.spec ?? {}) as {
      readonly listeners?: readonly { readonly name: string; readonly port: number }[];
    };
    const heard = listeners.some(
      (one) => one.name === (sectionName ?? one.name) && one.port === (port ?? one.port),
    );
    const place = [name, sectionName, port].filter((part) => part !== undefined).join(':');
    return heard ? [] : [`Gateway ${place} is nowhere`];
  };
  const routes = (spec?.['rules'] ?? []) as readonly {
    readonly backendRefs?: readonly Backend[];
  }[];
  const backends = routes.flatMap(({ backendRefs = [] }) => backendRefs);
  const nowhere = backends.flatMap(({ name, port }) => {
    const ports = findManifest(manifests, 'Service', name)?.spec?.['ports'] as
      readonly { readonly port: number }[] | undefined;
    return ports?.some((one) => one.port === port) ? [] : [`Service ${name}:${port} is nowhere`];
  });
  return [...nowhere, ...(parentRefs as readonly Parent[]).flatMap(withoutParent)];
}

function adopted({ spec }: Manifest): string[] {
  const { matchLabels } = (spec?.['selector'] ?? {}) as { readonly matchLabels?: Labels };
  const { metadata } = spec?.['template'] as { readonly metadata?: { readonly labels?: Labels } };
  return selects(matchLabels, metadata?.labels ?? {}) ? [] : ['does not select its own pods'];
}
