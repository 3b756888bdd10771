import { createRequire } from 'node:module';
import {
  credentials,
  loadPackageDefinition,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ServiceError,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ProbeServiceService } from '@mesh/contracts/probe';
import { createLogger } from '@mesh/tracing';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GrpcServer } from './grpc-server.js';

// The clients are made from the protos that grpc itself publishes, so that both sides are not ours.
const require = createRequire(import.meta.url);
const options = { keepCase: false, enums: String, longs: String, defaults: false, oneofs: true };

function clientOf(protoFile: string, service: string, port: number) {
  let node: unknown = loadPackageDefinition(loadSync(require.resolve(protoFile), options));
  for (const part of service.split('.')) node = (node as Record<string, unknown>)[part];
  const Client = node as ServiceClientConstructor;
  return new Client(`127.0.0.1:${port}`, credentials.createInsecure());
}

let server: GrpcServer;

beforeEach(async () => {
  server = new GrpcServer({
    host: '127.0.0.1',
    port: 0,
    services: [ProbeServiceService],
    maxInFlight: 1,
    log: createLogger('test', { level: 'silent' }),
  });
  await new Promise<void>((resolve, reject) =>
    server.listen((error) => (error ? reject(error as Error) : resolve())),
  );
});

afterEach(() => server.close());

describe('health', () => {
  const health = () =>
    clientOf(
      'grpc-health-check/proto/health/v1/health.proto',
      'grpc.health.v1.Health',
      server.port,
    );
  const check = (service: string) => {
    const client = health();
    return new Promise((resolve, reject) => {
      client['check']!({ service }, (error: ServiceError | null, answer: unknown) =>
        error ? reject(error) : resolve(answer),
      );
    }).finally(() => client.close());
  };

  test.each(['', 'mesh.probe.v1.ProbeService'])(
    'given a server that listens, when %j is checked, then it is serving',
    async (service) => {
      expect(await check(service)).toEqual({ status: 'SERVING' });
    },
  );

  test('given a name that is not served, when checked, then is not found', async () => {
    await expect(check('other')).rejects.toThrow('5 NOT_FOUND: No service other is here');
  });

  test('given a watcher, when the server closes, then is told', async () => {
    const client = health();
    const call = client['watch']!({ service: '' }) as ClientReadableStream<{ status: string }>;
    const seen: string[] = [];
    const ended = new Promise((resolve) => call.on('error', resolve).on('end', resolve));
    await new Promise<void>((resolve) =>
      call.on('data', ({ status }: { status: string }) => resolve(void seen.push(status))),
    );
    await server.close();
    await ended;
    expect(seen).toEqual(['SERVING', 'NOT_SERVING']);
    client.close();
  });
});

describe.each(['v1', 'v1alpha'])('reflection %s', (version) => {
  const ask = async (request: object) => {
    const client = clientOf(
      `@grpc/reflection/build/proto/grpc/reflection/${version}/reflection.proto`,
      `grpc.reflection.${version}.ServerReflection`,
      server.port,
    );
    const call = client['serverReflectionInfo']!() as ClientDuplexStream<
      object,
      Record<string, never>
    >;
    try {
      return await new Promise<Record<string, never>>((resolve, reject) => {
        call.on('data', resolve).on('error', reject);
        call.write(request);
      });
    } finally {
      call.end();
      client.close();
    }
  };

  test('given a server, when asked for its services, then names them', async () => {
    expect((await ask({ listServices: '*' }))['listServicesResponse']).toEqual({
      service: [{ name: 'mesh.probe.v1.ProbeService' }],
    });
  });

  test.each([
    { fileContainingSymbol: 'mesh.probe.v1.ProbeService' },
    { fileContainingSymbol: 'mesh.probe.v1.ProbeService.GetGauge' },
    { fileContainingSymbol: 'mesh.probe.v1.ListGaugeRequest.Filter' },
    { fileByFilename: 'mesh/probe/v1/probe_service.proto' },
  ])('given %j, when asked, then gives the file and its imports', async (request) => {
    const { fileDescriptorProto } = (await ask(request))['fileDescriptorResponse']! as {
      fileDescriptorProto: Uint8Array[];
    };
    expect(
      fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name),
    ).toEqual(['mesh/probe/v1/probe_service.proto', 'mesh/type/v1/money.proto']);
  });

  test('given a symbol that is not known, when asked, then says so', async () => {
    expect((await ask({ fileContainingSymbol: 'mesh.Nothing' }))['errorResponse']).toEqual({
      errorCode: 5,
      errorMessage: 'No symbol mesh.Nothing is known',
    });
  });
});
