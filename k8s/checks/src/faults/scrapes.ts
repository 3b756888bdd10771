import { selects, titleOf, type Labels, type Manifest } from '../manifest.js';
import { managementPaths } from '../service-code.js';
import { portsOf } from './ports.js';
import { type Judged, type Rule } from './rule.js';

interface MonitorSpec {
  readonly selector: {
    readonly matchLabels?: Labels;
    readonly matchExpressions?: readonly {
      readonly key: string;
      readonly operator: string;
      readonly values?: readonly string[];
    }[];
  };
  readonly endpoints?: readonly Endpoint[];
  readonly podMetricsEndpoints?: readonly Endpoint[];
}

interface Endpoint {
  readonly path?: string;
  readonly port?: string;
}

/** Every service is scraped, and every monitor leads to metrics: those of services to their management port. */
export const scrapes: Rule = (judged) => {
  const monitors = judged.manifests.filter(({ kind }) => /^(Service|Pod)Monitor$/.test(kind));
  const targets = monitors.map((monitor) => ({ monitor, found: targetsOf(monitor, judged) }));
  const scraped = new Set(targets.flatMap(({ found }) => found.map(({ name }) => name)));
  const names = judged.services.map(({ name }) => name);
  return [
    ...targets.flatMap(({ monitor, found }) =>
      faultsOf(monitor, found, names).map((fault) => `${titleOf(monitor)}: ${fault}`),
    ),
    ...names
      .filter((name) => monitors.length > 0 && !scraped.has(name))
      .map((name) => `Service ${name}: no monitor selects it`),
  ];
};

interface Target {
  readonly name: string;
  readonly ports: ReadonlySet<string>;
}

function faultsOf({ spec }: Manifest, found: readonly Target[], services: readonly string[]) {
  if (found.length === 0) return ['selects nothing'];
  const { endpoints, podMetricsEndpoints } = spec as unknown as MonitorSpec;
  const paths = managementPaths();
  return (endpoints ?? podMetricsEndpoints ?? []).flatMap(({ path = '/metrics', port = '' }) => {
    const wrong = found.filter(({ name, ports }) =>
      services.includes(name)
        ? port !== 'management' || !ports.has(port) || !paths.has(path)
        : !ports.has(port),
    );
    return path === '/metrics' && wrong.length === 0
      ? []
      : [`scrapes ${path} of port ${port}; expected /metrics of a port of metrics`];
  });
}

/** Services by their own labels, pods by theirs. */
function targetsOf({ kind, spec }: Manifest, judged: Judged): Target[] {
  const { selector } = spec as unknown as MonitorSpec;
  const takes = (labels: Labels) =>
    selects(selector.matchLabels, labels) &&
    (selector.matchExpressions ?? []).every(
      ({ key, operator, values = [] }) => operator === 'In' && values.includes(labels[key] ?? ''),
    );
  if (kind === 'PodMonitor')
    return judged.workloads
      .filter(({ labels }) => takes(labels))
      .map(({ manifest, pod }) => ({
        name: manifest.metadata.name,
        ports: new Set(pod.containers.flatMap((container) => [...portsOf(container).keys()])),
      }));
  return judged.manifests
    .filter((one) => one.kind === 'Service' && takes(one.metadata.labels ?? {}))
    .map((service) => {
      const ports = (service.spec?.['ports'] ?? []) as readonly { readonly name?: string }[];
      return { name: service.metadata.name, ports: new Set(ports.map(({ name = '' }) => name)) };
    });
}
