import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { FieldError } from './app-error.js';

// google.rpc.Status with the details that we use, as it travels in the trailer
// `grpc-status-details-bin`. Written by hand over the wire format: four small messages.

/** @see https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto */
export interface StatusDetails {
  /** google.rpc.Status.code: the gRPC status. */
  readonly status: number;
  readonly message: string;
  /** google.rpc.ErrorInfo.reason: our error code. */
  readonly reason?: string;
  /** google.rpc.BadRequest; `field` is a JSON Pointer. */
  readonly errors?: readonly FieldError[];
  /** google.rpc.RetryInfo. */
  readonly retryAfterMs?: number;
  /** google.rpc.RequestInfo.request_id: the trace id. */
  readonly traceId?: string;
}

/** The metadata key of the rich error model. */
export const statusDetailsKey = 'grpc-status-details-bin';

const domain = 'mesh';
const typePrefix = 'type.googleapis.com/google.rpc.';

export function encodeStatusDetails(details: StatusDetails): Uint8Array {
  const writer = new BinaryWriter()
    .uint32(8)
    .int32(details.status)
    .uint32(18)
    .string(details.message);
  if (details.reason !== undefined) {
    any(writer, 'ErrorInfo', (w) => w.uint32(10).string(details.reason!).uint32(18).string(domain));
  }
  if (details.errors?.length) {
    any(writer, 'BadRequest', (w) => {
      for (const { path, message } of details.errors!) {
        w.uint32(10).fork().uint32(10).string(path).uint32(18).string(message).join();
      }
    });
  }
  if (details.retryAfterMs !== undefined) {
    const ms = details.retryAfterMs;
    any(writer, 'RetryInfo', (w) => {
      w.uint32(10)
        .fork()
        .uint32(8)
        .int64(Math.trunc(ms / 1000));
      w.uint32(16)
        .int32(Math.trunc((ms % 1000) * 1e6))
        .join();
    });
  }
  if (details.traceId !== undefined) {
    any(writer, 'RequestInfo', (w) => w.uint32(10).string(details.traceId!));
  }
  return writer.finish();
}

/** @throws Error when the bytes are not of the wire format */
export function decodeStatusDetails(bytes: Uint8Array): StatusDetails {
  let details: StatusDetails = { status: 2, message: '' };
  eachField(bytes, (field, reader) => {
    if (field === 1) details = { ...details, status: reader.int32() };
    else if (field === 2) details = { ...details, message: reader.string() };
    else if (field === 3) details = { ...details, ...decodeAny(reader.bytes()) };
    else return false;
    return true;
  });
  return details;
}

function any(writer: BinaryWriter, type: string, fill: (writer: BinaryWriter) => void): void {
  const value = new BinaryWriter();
  fill(value);
  writer
    .uint32(26)
    .fork()
    .uint32(10)
    .string(typePrefix + type)
    .uint32(18)
    .bytes(value.finish())
    .join();
}

function decodeAny(bytes: Uint8Array): Partial<StatusDetails> {
  const { 1: type, 2: value } = bytesFields(bytes);
  if (type?.[0] === undefined) return {};
  const fields = value?.[0] === undefined ? {} : bytesFields(value[0]);
  switch (text(type[0])) {
    case `${typePrefix}ErrorInfo`:
      return fields[1]?.[0] && text(fields[2]?.[0]) === domain
        ? { reason: text(fields[1][0]) }
        : {};
    case `${typePrefix}BadRequest`:
      return { errors: (fields[1] ?? []).map(decodeViolation) };
    case `${typePrefix}RetryInfo`:
      return { retryAfterMs: fields[1]?.[0] ? decodeDurationMs(fields[1][0]) : 0 };
    case `${typePrefix}RequestInfo`:
      return fields[1]?.[0] ? { traceId: text(fields[1][0]) } : {};
    default:
      return {};
  }
}

function decodeViolation(bytes: Uint8Array): FieldError {
  const { 1: path, 2: message } = bytesFields(bytes);
  return { path: text(path?.[0]), message: text(message?.[0]) };
}

function decodeDurationMs(bytes: Uint8Array): number {
  let ms = 0;
  eachField(bytes, (field, reader) => {
    if (field === 1) ms += Number(reader.int64()) * 1000;
    else if (field === 2) ms += reader.int32() / 1e6;
    else return false;
    return true;
  });
  return ms;
}

/** The length-delimited fields of a message by number. */
function bytesFields(bytes: Uint8Array): Record<number, Uint8Array[]> {
  const fields: Record<number, Uint8Array[]> = {};
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (wireType === 2) (fields[field] ??= []).push(reader.bytes());
    else reader.skip(wireType, field);
  }
  return fields;
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

function text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : new TextDecoder().decode(bytes);
}
