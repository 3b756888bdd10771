import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  RowBuilder,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { DashboardPlan, PanelPlan } from './plan.js';

/** Chosen on the dashboard, so that it can be imported anywhere. */
const datasource = { type: 'prometheus', uid: '${datasource}' };
const thirdOfTheWidth = 8;

/** The dashboard as Grafana imports it. */
export function render({ uid, title, description, rows }: DashboardPlan): Dashboard {
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['mesh'])
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(
      new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'),
    );
  for (const row of rows) {
    dashboard.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) dashboard.withPanel(timeseries(panel));
  }
  return dashboard.build();
}

function timeseries({ title, description, unit = 'short', queries }: PanelPlan): PanelBuilder {
  return new PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .min(0)
    .span(thirdOfTheWidth)
    .height(7)
    .showPoints(VisibilityMode.Never)
    .targets(
      queries.map(({ query, legend }, at) =>
        new DataqueryBuilder()
          .refId(String.fromCharCode(65 + at))
          .expr(query)
          .legendFormat(legend)
          .range()
          .exemplar(query.includes('_bucket')),
      ),
    );
}
