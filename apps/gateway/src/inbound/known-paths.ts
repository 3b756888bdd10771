import { AppError } from '@mesh/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Methods by path template, such as `/v1/orders/{orderId}`, as in an OpenAPI document. */
export type PathMethods = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

/**
 * Refuses what has no route (a Fastify `onRequest` hook): 405 with `Allow` where another method would
 * be answered, 404 elsewhere. `isPageRoute` says that only the page's files are left to look among.
 */
export function refuseUnknownPaths(
  paths: PathMethods,
  isPageRoute: (request: FastifyRequest) => boolean,
) {
  const known = Object.entries(paths).map(([path, operations]) => toKnownPath(path, operations));
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const files = isPageRoute(request);
    if (!request.is404 && !files) return done();
    const [path = ''] = request.url.split('?');
    const match = known.find(({ pattern }) => pattern.test(path));
    if (match && !match.methods.includes(request.method)) {
      void reply.header('allow', match.methods.join(', '));
      const allowed = match.methods.join(' or ');
      done(new AppError('METHOD_NOT_ALLOWED', `${path} takes ${allowed}, not ${request.method}`));
    } else if (files && isPlain(path)) {
      done();
    } else {
      done(new AppError('NOT_FOUND', `There is nothing at ${path}`));
    }
  };
}

/** Longer than any file of the page is named. */
const maxFilePath = 1_000;

/** No NUL, no way out of the folder: other paths can't name a file of the page. */
function isPlain(path: string): boolean {
  return path.length <= maxFilePath && !/%00|%5c|%2e|%2f|\\|\.\.|\/\//i.test(path);
}

function toKnownPath(path: string, operations: Readonly<Record<string, unknown>>): KnownPath {
  const source = path
    .split(/\{[^}]*\}/)
    .map((text) => text.replaceAll('.', '\\.'))
    .join('[^/]+');
  const methods = Object.keys(operations).map((method) => method.toUpperCase());
  if (methods.includes('GET')) methods.push('HEAD');
  return { pattern: new RegExp(`^${source}$`), methods };
}
