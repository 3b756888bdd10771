import type { IncomingMessage } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError } from '../errors/app-error.js';

/**
 * Refuses requests of HTTP/1.1 without a Host, or with two, in the form of every other error: Node's own
 * refusal has no form, and takes two.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function requireHost(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      const fault = hostFaultOf(request.raw);
      if (fault === undefined) done();
      else done(new AppError('VALIDATION_FAILED', fault));
    });
}

/** What is wrong with the Host of a request. */
export function hostFaultOf({ rawHeaders, httpVersion }: IncomingMessage): string | undefined {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  const missing = hosts === 0 && httpVersion === '1.1';
  return missing || hosts > 1 ? 'A request has one Host' : undefined;
}
