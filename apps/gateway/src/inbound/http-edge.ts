import { STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError, CONFIG, problemContentType, toProblem } from '@mesh/service-kit';
import type { Config } from '../config.js';
import { openApiDocument } from './docs/openapi-document.js';
import { refuseUnknownPaths } from './known-paths.js';
import { LiveSocketAdapter } from './live-socket.adapter.js';
import { limitBody } from './request-body.js';
import { isPageRoute, serveWebPage } from './web-page.js';

/** A request must be whole within 30 s (the kit's requestTimeout) and its headers within this. */
const headersTimeoutMs = 10_000;
const keepAliveTimeoutMs = 65_000;
const maxHeaders = 100;

/** What the public HTTP server needs beyond routes; before it listens. */
export async function setUpHttpEdge(app: NestFastifyApplication): Promise<void> {
  const config = app.get<Config>(CONFIG);
  const fastify = app.getHttpAdapter().getInstance();
  const { paths } = openApiDocument({ devToken: config.AUTH_DEV_KEY_FILE !== undefined });
  fastify.addHook('onRequest', refuseUnknownPaths(paths, isPageRoute));
  fastify.addHook('onRequest', (request, reply, done) => {
    if (/^\/(v1|dev)\//.test(request.url)) void reply.header('cache-control', 'no-store');
    done();
  });
  fastify.addHook('preParsing', limitBody);
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
      exposedHeaders: ['Location', 'Idempotent-Replayed', 'Retry-After', 'Allow'],
    });
  }
  app.useWebSocketAdapter(new LiveSocketAdapter(app, config.CORS_ORIGINS));
  if (config.WEB_ROOT !== undefined) await serveWebPage(app, config.WEB_ROOT);
  boundConnections(app.getHttpServer());
}

/** A client that sends slowly, or not at all, holds a connection for a bounded time. */
function boundConnections(server: Server): void {
  server.headersTimeout = headersTimeoutMs;
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.maxHeadersCount = maxHeaders;
  server.removeAllListeners('clientError');
  server.on('clientError', answerBrokenRequest);
}

/** Answers what is no HTTP request, or came too slowly, in the form of every other error. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const large = error.code === 'HPE_HEADER_OVERFLOW';
  const status = late ? 408 : large ? 431 : 400;
  const detail = late
    ? 'The request did not come in time'
    : large
      ? 'The headers are too large'
      : 'This is no HTTP request';
  const { problem } = toProblem(new AppError('VALIDATION_FAILED', detail));
  const body = JSON.stringify({ ...problem, status, title: STATUS_CODES[status] });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n` +
      `content-type: ${problemContentType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
