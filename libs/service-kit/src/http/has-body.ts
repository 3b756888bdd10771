import type { IncomingHttpHeaders } from 'node:http';

/** The request has a body, be it an empty one. @see https://www.rfc-editor.org/rfc/rfc9112#section-6 */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
