import { status, type ServerDuplexStream } from '@grpc/grpc-js';
import {
  decodeRequest,
  encodeResponse,
  type ReflectionAnswer,
  type ReflectionRequest,
  type ReflectionResponse,
} from './reflection-messages.js';

/** The service under both of the names by which clients ask for it. */
export const reflectionDefinitions = ['v1', 'v1alpha'].map((version) => ({
  ServerReflectionInfo: {
    path: `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
    requestStream: true,
    responseStream: true,
    requestSerialize: ({ bytes }: ReflectionRequest) => Buffer.from(bytes),
    requestDeserialize: (bytes: Buffer) => decodeRequest(bytes),
    responseSerialize: encodeResponse,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
}));

/** Tells clients such as grpcurl what the server offers. Descriptors are loaded when first asked for. */
export function reflection(services: readonly string[]) {
  let files: Promise<Files> | undefined;
  return {
    ServerReflectionInfo(call: ServerDuplexStream<ReflectionRequest, ReflectionResponse>): void {
      call.on('end', () => call.end());
      call.on('data', (request: ReflectionRequest) => {
        files ??= loadFiles();
        files.then(
          (loaded) => call.write({ request, answer: answer(request, services, loaded) }),
          (error: Error) => call.destroy(error),
        );
      });
    },
  };
}

interface Files {
  byName(name: string): readonly Uint8Array[] | undefined;
  bySymbol(symbol: string): readonly Uint8Array[] | undefined;
}

function answer(
  request: ReflectionRequest,
  services: readonly string[],
  files: Files,
): ReflectionAnswer {
  switch (request.kind) {
    case 'list-services':
      return { kind: 'services', names: services };
    case 'file-by-name':
      return found(files.byName(request.value), `No file ${request.value} is known`);
    case 'file-containing-symbol':
      return found(files.bySymbol(request.value), `No symbol ${request.value} is known`);
    case 'other':
      return { kind: 'error', code: status.UNIMPLEMENTED, message: 'This request is not served' };
  }
}

function found(files: readonly Uint8Array[] | undefined, message: string): ReflectionAnswer {
  return files === undefined
    ? { kind: 'error', code: status.NOT_FOUND, message }
    : { kind: 'files', files };
}

async function loadFiles(): Promise<Files> {
  const [{ createFileRegistry, fromBinary, toBinary }, wkt, { fileDescriptorSet }] =
    await Promise.all([
      import('@bufbuild/protobuf'),
      import('@bufbuild/protobuf/wkt'),
      import('@mesh/contracts/descriptors'),
    ]);
  const set = fromBinary(wkt.FileDescriptorSetSchema, Buffer.from(fileDescriptorSet, 'base64'));
  const registry = createFileRegistry(set);
  const withImports = (name: string): string[] => [
    name,
    ...(registry.getFile(name)?.proto.dependency ?? []).flatMap(withImports),
  ];
  const bytes = (name: string) => {
    const names = [...new Set(withImports(name))];
    return names.map((each) =>
      toBinary(wkt.FileDescriptorProtoSchema, registry.getFile(each)!.proto),
    );
  };
  const fileOf = (symbol: string): string | undefined => {
    const owner = registry.get(symbol) ?? registry.get(symbol.slice(0, symbol.lastIndexOf('.')));
    return owner?.file.proto.name;
  };
  return {
    byName: (name) => {
      const known = registry.getFile(name)?.proto.name;
      return known === undefined ? undefined : bytes(known);
    },
    bySymbol: (symbol) => {
      const name = fileOf(symbol);
      return name === undefined ? undefined : bytes(name);
    },
  };
}
