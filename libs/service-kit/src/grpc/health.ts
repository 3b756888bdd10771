import type { ServerUnaryCall, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { AppError } from '../errors/app-error.js';
import { toGrpcStatus } from '../errors/grpc-errors.js';

// grpc.health.v1.Health over the wire format: two messages of one field each. The package that
// offers it parses the proto at start, which costs 40 ms and 7 MB.

type ServingStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

/** An object, because grpc-js takes an empty string for no message at all. */
interface HealthRequest {
  readonly service: string;
}

const numbers: Record<ServingStatus, number> = { SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 };

function definition(method: string, responseStream: boolean) {
  return {
    path: `/grpc.health.v1.Health/${method}`,
    requestStream: false,
    responseStream,
    requestSerialize: ({ service }: HealthRequest) =>
      Buffer.from(new BinaryWriter().uint32(10).string(service).finish()),
    requestDeserialize: decodeRequest,
    responseSerialize: (status: ServingStatus) =>
      Buffer.from(new BinaryWriter().uint32(8).int32(numbers[status]).finish()),
    // Ours is the server's side only.
    responseDeserialize: (bytes: Buffer) => bytes,
  };
}

/** @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export const healthDefinition = {
  Check: definition('Check', false),
  Watch: definition('Watch', true),
};

type WatchCall = ServerWritableStream<HealthRequest, ServingStatus>;

/** Tells load balancers and callers whether the server takes calls. */
export class Health {
  readonly #services: ReadonlySet<string>;
  readonly #watchers = new Set<WatchCall>();
  #serving = false;

  /** The empty name is the server as a whole. */
  constructor(services: readonly string[]) {
    this.#services = new Set(['', ...services]);
  }

  /** From now on serving. */
  open(): void {
    this.#serving = true;
  }

  /** From now on not serving: tells those who watch, and ends their streams. */
  close(): void {
    this.#serving = false;
    for (const call of this.#watchers) {
      call.write('NOT_SERVING');
      call.end();
    }
    this.#watchers.clear();
  }

  implementation() {
    return {
      Check: (
        { request }: ServerUnaryCall<HealthRequest, ServingStatus>,
        done: sendUnaryData<ServingStatus>,
      ) => {
        const status = this.#statusOf(request);
        if (status !== 'SERVICE_UNKNOWN') done(null, status);
        else done(toGrpcStatus(new AppError('NOT_FOUND', `No service ${request.service} is here`)));
      },
      Watch: (call: WatchCall) => {
        call.write(this.#statusOf(call.request));
        this.#watchers.add(call);
        call.on('cancelled', () => this.#watchers.delete(call));
      },
    };
  }

  #statusOf({ service }: HealthRequest): ServingStatus {
    if (!this.#services.has(service)) return 'SERVICE_UNKNOWN';
    return this.#serving ? 'SERVING' : 'NOT_SERVING';
  }
}

function decodeRequest(bytes: Uint8Array): HealthRequest {
  const reader = new BinaryReader(bytes);
  let service = '';
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === 2) service = reader.string();
    else reader.skip(wireType, field);
  }
  return { service };
}
