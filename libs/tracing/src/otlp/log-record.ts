import { context, SeverityNumber, type Attributes, type LogRecord } from '@opentelemetry/api';

const severities: Readonly<Record<string, SeverityNumber>> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
};

interface Line {
  readonly level: string;
  readonly time: string;
  readonly msg?: string;
  readonly err?: { readonly type?: string; readonly message?: string; readonly stack?: string };
  readonly [field: string]: unknown;
}

/** Told by the resource, and by the record itself. */
const elsewhere = new Set(['service', 'traceId', 'spanId']);

/**
 * A log line of the running work as a record of its span: the message is the body, fields are attributes, an error is
 * told by the names of the semantic conventions. Its service and its trace are not repeated.
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/
 */
export function logRecordOf(line: string): LogRecord {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as Line;
  const fields = Object.entries(rest).filter(([name]) => !elsewhere.has(name));
  return {
    timestamp: new Date(time),
    severityNumber: severities[level] ?? SeverityNumber.UNSPECIFIED,
    severityText: level,
    body: msg ?? '',
    attributes: { ...(Object.fromEntries(fields) as Attributes), ...(err && exceptionOf(err)) },
    context: context.active(),
  };
}

function exceptionOf({ type, message, stack, ...more }: NonNullable<Line['err']>): Attributes {
  const told = Object.entries(more).map(([name, value]) => [`error.${name}`, value] as const);
  return {
    ...(Object.fromEntries(told) as Attributes),
    ...(type !== undefined && { 'exception.type': type }),
    ...(message !== undefined && { 'exception.message': message }),
    ...(stack !== undefined && { 'exception.stacktrace': stack }),
  };
}
