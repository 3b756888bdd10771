import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

// The messages of grpc.reflection.v1 (and v1alpha, which has the same) over the wire format.
/** @see https://github.com/grpc/grpc/blob/master/src/proto/grpc/reflection/v1/reflection.proto */

export interface ReflectionRequest {
  /** The request itself, which the answer repeats. */
  readonly bytes: Uint8Array;
  readonly kind: 'file-by-name' | 'file-containing-symbol' | 'list-services' | 'other';
  readonly value: string;
}

export type ReflectionAnswer =
  | { readonly kind: 'files'; readonly files: readonly Uint8Array[] }
  | { readonly kind: 'services'; readonly names: readonly string[] }
  | { readonly kind: 'error'; readonly code: number; readonly message: string };

export interface ReflectionResponse {
  readonly request: ReflectionRequest;
  readonly answer: ReflectionAnswer;
}

const kinds: Readonly<Record<number, ReflectionRequest['kind']>> = {
  3: 'file-by-name',
  4: 'file-containing-symbol',
  7: 'list-services',
};

export function decodeRequest(bytes: Uint8Array): ReflectionRequest {
  const reader = new BinaryReader(bytes);
  let request: ReflectionRequest = { bytes, kind: 'other', value: '' };
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const kind = kinds[field];
    if (kind !== undefined && wireType === 2) request = { bytes, kind, value: reader.string() };
    else reader.skip(wireType, field);
  }
  return request;
}

export function encodeResponse({ request, answer }: ReflectionResponse): Buffer {
  const writer = new BinaryWriter().uint32(18).bytes(request.bytes);
  switch (answer.kind) {
    case 'files':
      writer.uint32(34).fork();
      for (const file of answer.files) writer.uint32(10).bytes(file);
      writer.join();
      break;
    case 'services':
      writer.uint32(50).fork();
      for (const name of answer.names) writer.uint32(10).fork().uint32(10).string(name).join();
      writer.join();
      break;
    case 'error':
      writer
        .uint32(58)
        .fork()
        .uint32(8)
        .int32(answer.code)
        .uint32(18)
        .string(answer.message)
        .join();
      break;
  }
  return Buffer.from(writer.finish());
}
