import { Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { currentTraceId } from '@mesh/tracing';
import { isErrorCode, RemoteError } from './app-error.js';
import { codeForGrpcStatus, viewError } from './error-mapping.js';
import {
  decodeStatusDetails,
  encodeStatusDetails,
  statusDetailsKey,
  type StatusDetails,
} from './status-details.js';

/** The status, message and rich details under which an error leaves a gRPC server. */
export function toGrpcStatus(error: unknown): StatusObject {
  const view = viewError(error);
  const traceId = currentTraceId();
  const details: StatusDetails = {
    status: view.grpcStatus,
    message: view.message,
    reason: view.code,
    errors: view.errors,
    ...(view.retryAfterMs !== undefined && { retryAfterMs: view.retryAfterMs }),
    ...(traceId !== undefined && { traceId }),
  };
  const metadata = new Metadata();
  metadata.set(statusDetailsKey, Buffer.from(encodeStatusDetails(details)));
  return { code: view.grpcStatus, details: view.message, metadata };
}

/** The error of a failed call, under our code when the server told it, else under the one of its status. */
export function fromGrpcError(error: ServiceError, method: string): RemoteError {
  const details = readDetails(error.metadata);
  const code = isErrorCode(details?.reason) ? details.reason : codeForGrpcStatus(error.code);
  return new RemoteError(code, details?.message || describe(error, method), method, {
    cause: error,
    ...(details?.errors && { errors: details.errors }),
    ...(details?.retryAfterMs !== undefined && { retryAfterMs: details.retryAfterMs }),
  });
}

function describe(error: ServiceError, method: string): string {
  const service = method.split('/')[1];
  if (codeForGrpcStatus(error.code) === 'UNAVAILABLE') return `${service} is not reachable`;
  if (codeForGrpcStatus(error.code) === 'DEADLINE_EXCEEDED')
    return `${service} did not answer in time`;
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
