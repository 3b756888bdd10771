import { eventFlow } from './flow-dashboard.js';
import { liveUpdates } from './live-dashboard.js';
import type { DashboardPlan } from './plan.js';
import { serviceDashboards } from './service-dashboards.js';

export const dashboards: readonly DashboardPlan[] = [...serviceDashboards, eventFlow, liveUpdates];
