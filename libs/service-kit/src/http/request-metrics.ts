import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isSampled, isTracing, metrics, secondsSince } from '@mesh/tracing';
import { toldTrace } from './request-identity.js';

const durations = metrics.histogram({
  name: 'mesh_http_server_duration_seconds',
  help: 'Time from the head of a request to the end of its answer, by method, route (other for none) and status (cancelled where the client was gone before the end)',
  labels: ['method', 'route', 'status'],
});

/** Of what a stranger may send as a method. */
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]);

/**
 * Measures each request until its answer is sent. Called before other hooks, so that what they refuse is
 * measured too.
 */
export function measureRequests(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    const start = performance.now();
    const { raw } = reply;
    raw.once('close', () => {
      const status = raw.writableFinished ? String(raw.statusCode) : 'cancelled';
      const method = METHODS.has(request.method) ? request.method : 'other';
      // The pattern of the route: what is asked for by no route is one.
      const route = request.routeOptions.url ?? 'other';
      const told = isTracing() ? toldTrace(raw) : undefined;
      const trace = told !== undefined && isSampled(told) ? told : null;
      durations.with({ method, route, status }).observe(secondsSince(start), trace);
    });
    done();
  });
}
