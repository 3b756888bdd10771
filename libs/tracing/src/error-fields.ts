import { stdSerializers } from 'pino';
import { isHidden } from './redact.js';

/** Of a database's error: the values that were in a statement or a row. */
const rowFields = new Set(['detail', 'where', 'query', 'internalQuery', 'parameters']);

/**
 * An error as log lines have it: its message goes on with those of its causes that it does not quote itself. Of
 * what else it carries there is only what is short and no payload: codes and numbers.
 */
export function errorFields(error: Error): object {
  if (!(error instanceof Error)) return error;
  const { type, stack, ...carried } = stdSerializers.err(error);
  const kept = Object.entries(carried).filter(([name, value]) => isTold(name, value));
  return { type, ...Object.fromEntries(kept), message: messageOf(error), stack };
}

function isTold(name: string, value: unknown): boolean {
  if (isHidden(name) || rowFields.has(name)) return false;
  return typeof value === 'string' ? value.length <= 200 : typeof value !== 'object';
}

function messageOf(error: Error): string {
  const seen = new Set<unknown>([error]);
  let message = error.message;
  for (let { cause } = error; cause instanceof Error && !seen.has(cause); { cause } = cause) {
    seen.add(cause);
    if (!message.endsWith(cause.message)) message += `: ${cause.message}`;
  }
  return message;
}
