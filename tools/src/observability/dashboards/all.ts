import { allServices } from '../../services/index.js';
import { eventFlow } from './flow-dashboard.js';
import { liveUpdates } from './live-dashboard.js';
import type { DashboardPlan } from './plan.js';
import { serviceDashboard } from './service-dashboards.js';

export const dashboards: readonly DashboardPlan[] = [
  ...allServices().map(serviceDashboard),
  eventFlow,
  liveUpdates,
];
