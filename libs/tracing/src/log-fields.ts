import { context, createContextKey } from '@opentelemetry/api';
import { ensureContextManager } from './context-manager.js';

/** What is on every line of a piece of work. */
export interface LogFields {
  readonly eventId: string;
  readonly eventType: string;
}

const FIELDS = createContextKey('mesh log fields');

/** Runs `fn` so that every line that it, and everything it awaits, logs has the fields. */
export function withLogFields<T>(fields: LogFields, fn: () => T): T {
  ensureContextManager();
  return context.with(context.active().setValue(FIELDS, fields), fn);
}

/** Of the running work. */
export function currentLogFields(): LogFields | undefined {
  return context.active().getValue(FIELDS) as LogFields | undefined;
}
