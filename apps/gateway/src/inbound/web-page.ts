import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** Vite puts a hash of the content into the names under this folder. */
const hashedFolder = '/assets/';
const hashedMaxAgeSeconds = 31_536_000;

/** Serves the built page at `/`: hashed files for good, the rest only after asking whether it changed. */
export async function serveWebPage(app: NestFastifyApplication, root: string): Promise<void> {
  await app.register(fastifyStatic as never, {
    root,
    cacheControl: false,
    setHeaders: (reply: { setHeader(name: string, value: string): void }, path: string) => {
      const hashed = path.slice(root.length).replaceAll('\\', '/').startsWith(hashedFolder);
      const policy = hashed ? `public, max-age=${hashedMaxAgeSeconds}, immutable` : 'no-cache';
      reply.setHeader('cache-control', policy);
    },
  });
}

/** Matched nothing but the page's files. */
export function isPageRoute(request: FastifyRequest): boolean {
  return request.routeOptions.url === '/*' || request.routeOptions.url === '*';
}
