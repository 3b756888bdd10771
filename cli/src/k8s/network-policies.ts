import type { Arrow } from './arrows.js';
import type { Manifest } from './manifest.js';
import { dns, isHere, placeIn, type Place, type Places } from './places.js';

const apiVersion = 'networking.k8s.io/v1';
const kind = 'NetworkPolicy';

/** All is closed, but for names, which everybody may ask for. */
export const closed: readonly Manifest[] = [
  {
    ...{ apiVersion, kind, metadata: { name: 'deny-all' } },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  },
  {
    ...{ apiVersion, kind, metadata: { name: 'dns' } },
    spec: {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          to: peer(dns),
          ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 })),
        },
      ],
    },
  },
];

/**
 * What opens the arrows: for each pair of places one policy at each end that is in the namespace, named
 * `<from>.<to>.out` and `<from>.<to>.in`.
 */
export function policiesOf(arrows: readonly Arrow[], places: Places): Manifest[] {
  const pairs = Map.groupBy(arrows, ({ from, to }) => `${from}.${to}`);
  return [...pairs].flatMap(([name, between]) => {
    const [{ from, to }] = between as [Arrow];
    const ports = portsOf(between);
    const [source, target] = [placeIn(places, from), placeIn(places, to)];
    return [
      ...(isHere(source)
        ? [policy(`${name}.out`, source, 'Egress', { egress: [{ to: peer(target), ...ports }] })]
        : []),
      ...(isHere(target)
        ? [policy(`${name}.in`, target, 'Ingress', { ingress: [{ from: peer(source), ...ports }] })]
        : []),
    ];
  });
}

function policy(
  name: string,
  { pods }: { readonly pods: Readonly<Record<string, string>> },
  type: 'Ingress' | 'Egress',
  rules: object,
): Manifest {
  const spec = { podSelector: { matchLabels: pods }, policyTypes: [type], ...rules };
  return { apiVersion, kind, metadata: { name }, spec };
}

function portsOf(arrows: readonly Arrow[]): { readonly ports?: object[] } {
  if (arrows.some(({ ports }) => ports === 'all')) return {};
  const ports = new Set(arrows.flatMap((arrow) => arrow.ports as readonly number[]));
  return { ports: [...ports].map((port) => ({ protocol: 'TCP', port })) };
}

/** Public is not this cluster's own addresses, where nobody has business by number. */
const everything = {
  anywhere: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }],
  public: [
    {
      cidr: '0.0.0.0/0',
      except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'],
    },
    { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] },
  ],
};

function peer(place: Place): object[] {
  if ('outside' in place) return everything[place.outside].map((ipBlock) => ({ ipBlock }));
  if ('namespace' in place) {
    const pods = place.pods && { podSelector: { matchLabels: place.pods } };
    return [{ namespaceSelector: { matchLabels: place.namespace }, ...pods }];
  }
  return [{ podSelector: { matchLabels: place.pods } }];
}
