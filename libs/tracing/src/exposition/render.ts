import type { CollectedMetric, CollectedValue } from './collect.js';

/** A format in which a scraper takes metrics. */
export interface Exposition {
  readonly contentType: string;
  render(metrics: readonly CollectedMetric[]): string;
}

const text: Exposition = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  render: (metrics) =>
    metrics.map((metric) => `${head(metric, metric.name)}${lines(metric, line)}`).join(''),
};

/** Has exemplars. @see https://prometheus.io/docs/specs/om/open_metrics_spec/ */
const openMetrics: Exposition = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  render: (metrics) => `${metrics.map(openMetric).join('')}# EOF\n`,
};

/** The format that an `Accept` header asks for: OpenMetrics where it is named, else the text of Prometheus. */
export function expositionFor(accept: string | undefined): Exposition {
  const asks = (accept ?? '').split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return (
      type === 'application/openmetrics-text' && !parameters.some((one) => /^q=0(\.0*)?$/.test(one))
    );
  });
  return asks ? openMetrics : text;
}

function openMetric(metric: CollectedMetric): string {
  const { name, type } = metric;
  if (type !== 'counter') return `${head(metric, name)}${lines(metric, lineWithExemplar)}`;
  const family = name.replace(/_total$/, '');
  const values = metric.values.map((value) => ({ ...value, metricName: `${family}_total` }));
  return `${head(metric, family)}${lines({ ...metric, values }, line)}`;
}

function head({ help, type }: CollectedMetric, name: string): string {
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n`;
}

type Line = (name: string, value: CollectedValue) => string;

function lines({ name, values }: CollectedMetric, of: Line): string {
  return values.map((value) => `${of(value.metricName ?? name, value)}\n`).join('');
}

const line: Line = (name, { labels, value }) => `${name}${labelled(labels)} ${numeral(value)}`;

const lineWithExemplar: Line = (name, value) => {
  const { exemplar } = value;
  if (exemplar === undefined || exemplar === null) return line(name, value);
  const { traceId, spanId, at } = exemplar;
  const ids = labelled({ trace_id: traceId, span_id: spanId });
  return `${line(name, value)} # ${ids} ${numeral(exemplar.value)} ${at / 1000}`;
};

function labelled(labels: CollectedValue['labels']): string {
  const pairs = Object.entries(labels).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}="${escaped(String(value)).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function numeral(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value < 0 ? '-Inf' : '+Inf';
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
