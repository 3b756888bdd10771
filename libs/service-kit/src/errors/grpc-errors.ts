import { Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { currentTraceId } from '@mesh/tracing';
import type { ErrorCode } from '@mesh/contracts/errors';
import { isErrorCode, RemoteError, type FieldError } from './app-error.js';
import { codeForGrpcStatus, viewError } from './error-mapping.js';
import {
  decodeStatusDetails,
  encodeStatusDetails,
  statusDetailsKey,
  type StatusDetails,
} from './status-details.js';

/** Trailers that are too large break the connection, and with it the calls of others. */
const MOST = { characters: 500, errorsBytes: 4096 };

/**
 * The status, message and rich details under which an error leaves a gRPC server. A message of over 500
 * characters is cut, field errors beyond 4 KiB are left out.
 */
export function toGrpcStatus(error: unknown): StatusObject {
  const view = viewError(error);
  const message = cut(view.message);
  const traceId = currentTraceId();
  const details: StatusDetails = {
    status: view.grpcStatus,
    message,
    reason: view.code,
    errors: thatFit(view.errors),
    ...(view.retryAfterMs !== undefined && { retryAfterMs: view.retryAfterMs }),
    ...(traceId !== undefined && { traceId }),
  };
  const metadata = new Metadata();
  metadata.set(statusDetailsKey, Buffer.from(encodeStatusDetails(details)));
  return { code: view.grpcStatus, details: message, metadata };
}

/** The error of a failed call, under our code when the server told it, else under the one of its status. */
export function fromGrpcError(error: ServiceError, method: string): RemoteError {
  const details = readDetails(error.metadata);
  const code = isErrorCode(details?.reason) ? details.reason : codeOf(error);
  return new RemoteError(code, details?.message || describe(error, method), method, {
    cause: error,
    told: isErrorCode(details?.reason),
    ...(details?.errors && { errors: details.errors }),
    ...(details?.retryAfterMs !== undefined && { retryAfterMs: details.retryAfterMs }),
  });
}

/** A stream that the connection lost came to no answer, whatever grpc-js calls it. */
function codeOf({ code, details }: ServiceError): ErrorCode {
  return details.startsWith('Received RST_STREAM') ? 'UNAVAILABLE' : codeForGrpcStatus(code);
}

function cut(text: string): string {
  return text.length > MOST.characters ? `${text.slice(0, MOST.characters)}…` : text;
}

function thatFit(errors: readonly FieldError[]): readonly FieldError[] {
  let bytes = 0;
  return errors
    .map(({ path, message }) => ({ path: cut(path), message: cut(message) }))
    .filter(({ path, message }) => {
      bytes += Buffer.byteLength(path) + Buffer.byteLength(message);
      return bytes <= MOST.errorsBytes;
    });
}

function describe(error: ServiceError, method: string): string {
  const service = method.split('/')[1];
  if (codeOf(error) === 'UNAVAILABLE') return `${service} is not reachable`;
  if (codeOf(error) === 'DEADLINE_EXCEEDED') return `${service} did not answer in time`;
  return error.details || `${service} failed`;
}

function readDetails(metadata: Metadata | undefined): StatusDetails | undefined {
  const bytes = metadata?.get(statusDetailsKey)[0];
  if (!Buffer.isBuffer(bytes)) return undefined;
  try {
    return decodeStatusDetails(bytes);
  } catch {
    // Details are an addition: a server whose details can't be read still told its status.
    return undefined;
  }
}
