import { cors } from '@connectrpc/connect';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CONFIG, hasBody, problemContentType } from '@mesh/service-kit';
import type { Config } from '../config.js';
import type { Feature } from '../feature.js';
import { FEATURES, RATE_LIMITS } from '../gateway.tokens.js';
import type { RateLimits } from '../use-cases/rate-limits.js';
import { openApiDocument, optionsOf } from './docs/openapi-document.js';
import { refuseUnknownPaths } from './known-paths.js';
import { limitByAddress } from './limits/rate-limit.js';
import { LiveSocketAdapter } from './live-socket.adapter.js';
import { limitBody } from './request-body.js';
import { rpcRouteOf, serveRpc } from './rpc/rpc-edge.js';
import { isPageRoute, serveWebPage } from './web-page.js';

/** What scripts of other origins may read of an answer, beside what they always may. */
const exposedHeaders = [
  ...['Location', 'Idempotent-Replayed', 'ETag', 'Allow'],
  ...['RateLimit', 'RateLimit-Policy', 'Retry-After'],
  ...['X-Request-Id', 'X-Trace-Id', 'traceresponse'],
];
const preflightSeconds = 600;

const onlyRead = { get: {} };
/** Beside what the interface's document has. */
const readOnly = {
  '/docs': onlyRead,
  '/docs/style.css': onlyRead,
  '/openapi.json': onlyRead,
  '/asyncapi.json': onlyRead,
};

/** What the public HTTP server needs beyond routes; before it listens. */
export async function setUpHttpEdge(app: NestFastifyApplication): Promise<void> {
  const config = app.get<Config>(CONFIG);
  const fastify = app.getHttpAdapter().getInstance();
  const features = app.get<readonly Feature[]>(FEATURES, { strict: false });
  const parts = features.flatMap(({ api }) => api ?? []);
  const rpc = features.flatMap((feature) => feature.rpc ?? []);
  const isRpcRoute = rpcRouteOf(rpc);
  const { paths } = openApiDocument(parts, optionsOf(config));
  const all = { ...paths, ...readOnly, ...(config.WEB_ROOT !== undefined && { '/': onlyRead }) };
  fastify.addHook('onRequest', refuseUnknownPaths(all, isPageRoute));
  fastify.addHook('onRequest', (request, reply, done) => {
    if (/^\/(v1|dev)\//.test(request.url)) void reply.header('cache-control', 'no-store');
    done();
  });
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (!hasBody(request.headers) || isRpcRoute(request)) return done(null, payload);
    limitBody(request, reply, payload).then((limited) => done(null, limited), done);
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    // Fastify adds a charset, which JSON has not.
    const type = String(reply.getHeader('content-type'));
    if (type.startsWith(problemContentType)) void reply.header('content-type', problemContentType);
    done(null, payload);
  });
  app.useSecurityHeaders({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whoever ends TLS in front of this server knows whether browsers may insist on it.
    strictTransportSecurity: false,
  });
  if (config.CORS_ORIGINS.length > 0) {
    app.enableCors({
      origin: config.CORS_ORIGINS,
      methods: ['GET', 'HEAD', 'POST', 'PUT'],
      exposedHeaders: [...exposedHeaders, ...cors.exposedHeaders],
      maxAge: preflightSeconds,
    });
  }
  // After CORS, so that pages of other origins can read the refusal.
  const limits = app.get<RateLimits>(RATE_LIMITS);
  fastify.addHook('onRequest', limitByAddress(limits));
  app.useWebSocketAdapter(new LiveSocketAdapter(app, config, limits));
  await serveRpc(app, rpc, {
    max: config.RPC_MAX_STREAMS,
    maxPerCustomer: config.RPC_MAX_STREAMS_PER_CUSTOMER,
  });
  if (config.WEB_ROOT !== undefined) await serveWebPage(app, config.WEB_ROOT);
}
