import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { metrics, withTrace } from '@mesh/tracing';
import { AppError } from '../errors/app-error.js';
import { toldTrace } from './request-identity.js';
import { problemBody, toProblem } from './problem.js';

/** By all servers of this process. */
let served = 0;
metrics.gauge({
  name: 'mesh_http_in_flight',
  help: 'HTTP requests that are being served',
  collect: (gauge) => gauge.set(served),
});
const refused = metrics.counter({
  name: 'mesh_http_refused_total',
  help: 'HTTP requests that were refused because too many were being served',
});

/**
 * Serves at most so many requests at once; one more is answered with OVERLOADED and Retry-After at once,
 * before its body is read. Where what is called is slow, requests would else pile up until its deadline.
 */
export function limitInFlight(app: NestFastifyApplication, max: number): void {
  let serving = 0;
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (_request, reply, done) => {
    if (serving >= max) {
      refused.inc();
      const error = new AppError('OVERLOADED', `${max} requests are being served`);
      const { problem, headers } = withTrace(toldTrace(reply.raw), () => toProblem(error));
      void reply.status(problem.status).headers(headers).send(problemBody(problem));
      return;
    }
    serving += 1;
    served += 1;
    reply.raw.once('close', () => {
      serving -= 1;
      served -= 1;
    });
    done();
  });
}
