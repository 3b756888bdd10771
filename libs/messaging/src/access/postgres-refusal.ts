import { tlsFaultOf } from './tls-fault.js';

/**
 * Why PostgreSQL does not let us in, or why we don't trust it, and what to do about it; null for an
 * error that is about something else.
 */
export function postgresRefusalOf(error: unknown): string | null {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === '28P01')
    return 'PostgreSQL refuses the password: check user and password of the URL';
  if (code === '28000') {
    return 'PostgreSQL refuses the user: check pg_hba.conf there, and sslcert and sslkey of the URL';
  }
  if (message === 'The server does not support SSL connections')
    return 'PostgreSQL does not offer TLS: turn ssl on there';
  const fault = tlsFaultOf(error);
  return fault === null ? null : `No TLS with PostgreSQL: ${fault}`;
}
