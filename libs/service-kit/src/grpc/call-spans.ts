import { status } from '@grpc/grpc-js';
import { isRecording, startSpan, withTrace, type WorkSpan } from '@mesh/tracing';
import { viewError } from '../errors/error-mapping.js';

/** Says how a call ended, once: nothing when it succeeded, `cancelled` when nobody waits for it any more. */
export type EndCallSpan = (error?: unknown) => void;

const ignored: EndCallSpan = () => undefined;
/** What is wrong with the server, not with the request. */
const serverFaults: ReadonlySet<status> = new Set([
  ...[status.UNKNOWN, status.DEADLINE_EXCEEDED, status.UNIMPLEMENTED],
  ...[status.INTERNAL, status.UNAVAILABLE, status.DATA_LOSS],
]);

/**
 * Serves a call in its trace: in a span of its own where there is tracing, which ends when `fn` says how
 * the call did.
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/
 */
export function inServerSpan<T>(
  path: string,
  traceparent: string | undefined,
  fn: (end: EndCallSpan) => T,
): T {
  const parent = traceparent ?? null;
  const span = startSpan(path.slice(1), { ...ofCall(path), kind: 'server', parent });
  if (span === undefined) return withTrace(traceparent, () => fn(ignored));
  return span.run(() => fn((error) => endSpan(span, error, (code) => serverFaults.has(code))));
}

/** The span of a call that is made; undefined where the running work is not recorded. */
export function startClientSpan(path: string): WorkSpan | undefined {
  if (!isRecording()) return undefined;
  return startSpan(path.slice(1), { ...ofCall(path), kind: 'client' });
}

/** Ends the span of a call that was made. */
export function endClientSpan(span: WorkSpan | undefined, error?: unknown): void {
  if (span !== undefined) endSpan(span, error, () => true);
}

function endSpan(span: WorkSpan, error: unknown, isFault: (code: status) => boolean): void {
  const code = statusOf(error);
  span.set({ 'rpc.status_code': status[code] });
  if (error !== undefined && isFault(code)) span.fail(error);
  span.end();
}

function statusOf(error: unknown): status {
  if (error === undefined) return status.OK;
  return error === 'cancelled' ? status.CANCELLED : viewError(error).grpcStatus;
}

function ofCall(path: string) {
  return { attributes: { 'rpc.system.name': 'grpc', 'rpc.method': path.slice(1) } };
}
