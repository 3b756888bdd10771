/** A dashboard as it is written here, before Grafana's form of it. */
export interface DashboardPlan {
  /** Of its address in Grafana and of its file. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** All its queries are of this service; undefined for one that is of all. */
  readonly service?: string;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly PanelPlan[];
}

/** A time series. */
export interface PanelPlan {
  readonly title: string;
  /** What somebody should read out of it who sees it for the first time. */
  readonly description: string;
  /** As Grafana names it. @default 'short', a count */
  readonly unit?: 's' | 'bytes' | 'ops' | 'percentunit' | 'short';
  readonly queries: readonly QueryPlan[];
}

export interface QueryPlan {
  /** PromQL; `$__rate_interval` is Grafana's. */
  readonly query: string;
  /** Name of each series, with its labels in `{{ }}`. */
  readonly legend: string;
}

/** The series of a service. */
export function of(service: string): string {
  return `job="${service}"`;
}

/** p50 and p99 of a histogram, by the labels named. */
export function quantiles(
  histogram: string,
  matchers: string,
  by: readonly string[] = [],
): readonly QueryPlan[] {
  const legend = by.map((label) => `{{${label}}}`).join(' ');
  return [0.5, 0.99].map((quantile) => ({
    query: `histogram_quantile(${quantile}, ${rate(`${histogram}_bucket`, matchers, ['le', ...by])})`,
    legend: `${legend} p${quantile * 100}`.trim(),
  }));
}

/** The rate of a counter, added up by the labels named. */
export function rate(counter: string, matchers: string, by: readonly string[]): string {
  return `sum by (${by.join(', ')}) (rate(${counter}{${matchers}}[$__rate_interval]))`;
}
