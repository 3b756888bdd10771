import type { ServerUnaryCall, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { AppError } from '../errors/app-error.js';
import { toGrpcStatus } from '../errors/grpc-errors.js';

// grpc.health.v1.Health over the wire format: two messages of one field each. The package that
// offers it parses the proto at start, which costs 40 ms and 7 MB.

type ServingStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

const numbers: Record<ServingStatus, number> = { SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 };

function definition(method: string, responseStream: boolean) {
  return {
    path: `/grpc.health.v1.Health/${method}`,
    requestStream: false,
    responseStream,
    requestSerialize: (service: string) =>
      Buffer.from(new BinaryWriter().uint32(10).string(service).finish()),
    requestDeserialize: decodeService,
    responseSerialize: (status: ServingStatus) =>
      Buffer.from(new BinaryWriter().uint32(8).int32(numbers[status]).finish()),
    responseDeserialize: decodeStatus,
  };
}

/** @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export const healthDefinition = {
  Check: definition('Check', false),
  Watch: definition('Watch', true),
};

/** Tells load balancers and callers whether the server takes calls. */
export class Health {
  readonly #services: ReadonlySet<string>;
  readonly #watchers = new Set<(status: ServingStatus) => void>();
  #serving = false;

  /** The empty name is the server as a whole. */
  constructor(services: readonly string[]) {
    this.#services = new Set(['', ...services]);
  }

  set serving(serving: boolean) {
    this.#serving = serving;
    for (const tell of this.#watchers) tell(serving ? 'SERVING' : 'NOT_SERVING');
  }

  implementation() {
    return {
      Check: (call: ServerUnaryCall<string, ServingStatus>, done: sendUnaryData<ServingStatus>) => {
        const status = this.#statusOf(call.request);
        if (status !== 'SERVICE_UNKNOWN') done(null, status);
        else done(toGrpcStatus(new AppError('NOT_FOUND', `No service ${call.request} is here`)));
      },
      Watch: (call: ServerWritableStream<string, ServingStatus>) => {
        const status = this.#statusOf(call.request);
        call.write(status);
        if (status === 'SERVICE_UNKNOWN') return;
        const tell = (next: ServingStatus) => void call.write(next);
        this.#watchers.add(tell);
        call.on('cancelled', () => this.#watchers.delete(tell));
      },
    };
  }

  #statusOf(service: string): ServingStatus {
    if (!this.#services.has(service)) return 'SERVICE_UNKNOWN';
    return this.#serving ? 'SERVING' : 'NOT_SERVING';
  }
}

function decodeService(bytes: Uint8Array): string {
  const reader = new BinaryReader(bytes);
  let service = '';
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === 2) service = reader.string();
    else reader.skip(wireType, field);
  }
  return service;
}

function decodeStatus(bytes: Uint8Array): ServingStatus {
  const reader = new BinaryReader(bytes);
  let status = 0;
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === 0) status = reader.int32();
    else reader.skip(wireType, field);
  }
  return status === 1 ? 'SERVING' : status === 3 ? 'SERVICE_UNKNOWN' : 'NOT_SERVING';
}
