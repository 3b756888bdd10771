import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** Vite puts a hash of the content into the names under this folder. */
const hashedFolder = '/assets/';
const hashedMaxAgeSeconds = 31_536_000;

/** Serves the built page at `/`: hashed files for good, the rest only after asking whether it changed. */
export async function serveWebPage(app: NestFastifyApplication, folder: string): Promise<void> {
  const root = resolve(folder);
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(fastifyStatic, {
    root,
    cacheControl: false,
    preCompressed: true,
    setHeaders: (reply, path) => {
      const hashed = path.slice(root.length).replaceAll('\\', '/').startsWith(hashedFolder);
      const policy = hashed ? `public, max-age=${hashedMaxAgeSeconds}, immutable` : 'no-cache';
      void reply.header('cache-control', policy);
    },
  });
}

/** Matched nothing but the page's files. */
export function isPageRoute(request: FastifyRequest): boolean {
  return request.routeOptions.url === '/*' || request.routeOptions.url === '*';
}
