import { pino, type Logger as PinoLogger } from 'pino';
import { errorFields } from './error-fields.js';
import { currentLogFields } from './log-fields.js';
import { readableLine } from './readable-line.js';
import { lineCleaner, redacted } from './redact.js';
import { currentSpanIds } from './trace.js';

/**
 * Structured lines on standard output: `logger.info({ jobId }, 'Job placed')`. The message is
 * constant, what varies is in the fields; the trace id and span id, and while an event is handled its id and
 * type, are added to every line. Fields that are called like a secret or a payload are masked.
 */
export type Logger = PinoLogger;

/** Which lines a logger writes, and how they look. */
export interface LoggerOptions {
  /** @default 'info' */
  readonly level?: string;
  /** `text` is for people, in colors. @default 'json', one object a line */
  readonly format?: 'json' | 'text';
  /** Texts that are never in a line, wherever they come from. @default none */
  readonly secrets?: readonly string[];
}

let sink: ((line: string) => void) | undefined;

/** Is given every line of this process, as JSON, from now on. */
export function useLogSink(next: ((line: string) => void) | undefined): void {
  sink = next;
}

/**
 * A logger to standard output. Each line has the time, the service, and the trace and fields of the running work
 * ({@link withLogFields}).
 */
export function createLogger(
  name: string,
  { level = 'info', format = 'json', secrets = [] }: LoggerOptions = {},
): Logger {
  const clean = lineCleaner(secrets);
  return pino({
    level,
    base: { service: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorFields },
    formatters: { level: (label) => ({ level: label }), log: redacted },
    mixin: () => ({ ...currentSpanIds(), ...currentLogFields() }),
    hooks: {
      streamWrite(written) {
        const line = clean(written);
        sink?.(line);
        return format === 'text' ? readableLine(line) : line;
      },
    },
  });
}
