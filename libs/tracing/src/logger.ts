import { pino, type Logger as PinoLogger } from 'pino';
import { errorFields } from './error-fields.js';
import { currentTraceId } from './trace.js';

/**
 * Structured lines on standard output: `logger.info({ orderId }, 'Order placed')`. The message is
 * constant, what varies is in the fields, and the trace id is added to every line.
 */
export type Logger = PinoLogger;

/** @default level 'info' */
export function createLogger(name: string, options: { readonly level?: string } = {}): Logger {
  return pino({
    level: options.level ?? 'info',
    base: { service: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorFields },
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => {
      const traceId = currentTraceId();
      return traceId === undefined ? {} : { traceId };
    },
  });
}
