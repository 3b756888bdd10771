import { BinaryReader } from '@bufbuild/protobuf/wire';
import { ConnectError, type Code } from '@connectrpc/connect';
import { toGrpcStatus, viewError } from '@mesh/service-kit';

type Detail = ConnectError['details'][number];

/**
 * An error as it goes out over Connect and gRPC-Web: gRPC status, message and google.rpc details are the
 * ones that the service, or a check of this gateway, would give over gRPC.
 */
export function toConnectError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  const { code, details: message, metadata } = toGrpcStatus(error);
  const { retryAfterMs } = viewError(error);
  const headers =
    retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
  // Codes of Connect have the numbers of gRPC.
  const result = new ConnectError(message, code as number as Code, headers, undefined, error);
  const [bytes] = metadata.get('grpc-status-details-bin');
  if (Buffer.isBuffer(bytes)) result.details = detailsOf(bytes);
  return result;
}

/** The google.protobuf.Any of a google.rpc.Status (its field 3). */
function detailsOf(status: Uint8Array): Detail[] {
  const details: Detail[] = [];
  eachField(status, (field, reader) => {
    if (field !== 3) return false;
    details.push(anyOf(reader.bytes()));
    return true;
  });
  return details;
}

function anyOf(bytes: Uint8Array): Detail {
  let type = '';
  let value = new Uint8Array();
  eachField(bytes, (field, reader) => {
    if (field === 1) type = reader.string().replace(/^.*\//, '');
    else if (field === 2) value = Uint8Array.from(reader.bytes());
    else return false;
    return true;
  });
  return { type, value };
}

function eachField(
  bytes: Uint8Array,
  read: (field: number, reader: BinaryReader) => boolean,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (!read(field, reader)) reader.skip(wireType, field);
  }
}
